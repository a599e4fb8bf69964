import { expect, test } from 'vitest';
import { checkConfig } from '../../config/check.ts';

const check = (entry: string) =>
  checkConfig(
    `device: { id: d }
mqtt: { url: 'mqtt://127.0.0.1' }
replenish: { url: 'https://drs.example.net' }
hardware: { tape: ${entry} }
slots:
  one: { slotId: a, sensor: { from: tape }, calibration: { empty: 0, full: 1 } }
  two: { slotId: b, sensor: { from: tape, channel: '2' }, calibration: { empty: 0, full: 1 } }
`,
    { config: '/etc/agent', credentials: null },
  );

test('a recording lies beside the configuration, and may have channels and none', () => {
  const checked = check('{ driver: transcript, file: tapes/week.jsonl }');
  expect(checked.ok && checked.config.hardware['tape']).toEqual({
    driver: 'transcript',
    file: '/etc/agent/tapes/week.jsonl',
    pace: 'original',
    repeat: false,
    only: null,
  });
});

test.each([
  ['{ driver: transcript }', 'hardware.tape', /file/],
  ['{ driver: transcript, file: x, pace: slow }', 'hardware.tape.pace', /original or fast/],
  ['{ driver: transcript, file: x, repeat: yes }', 'hardware.tape.repeat', /type true/],
  ['{ driver: transcript, file: x, baudRate: 9600 }', 'hardware.tape.baudRate', /./],
])('%s is a mistake', (entry, path, message) => {
  const checked = check(entry);
  const told = checked.ok ? [] : checked.problems;
  expect(told).toEqual([
    expect.objectContaining({
      path: expect.stringContaining(path),
      message: expect.stringMatching(message),
    }),
  ]);
});
