import { expect, test } from 'vitest';
import { checksOf } from '../../agent/doctor/checks.ts';
import { findingLine, summaryLine } from '../../agent/doctor/finding-text.ts';
import type { NamedFinding } from '../../agent/doctor/run-checks.ts';
import { runtimeOf } from '../../agent/doctor/runtime-check.ts';
import { checkConfig } from '../../config/check.ts';
import { codeBlocks, read } from './markdown.ts';

const LINE = /^(ok {2}|warn|FAIL) {2}(.{13}) {2}(.+?)(?: Type: (.+))?$/;

test('what README.md shows of doctor has the checks of such a device, and the form of its lines', () => {
  const shown = codeBlocks(read('README.md')).find(({ note }) => note === 'doctor: output')?.text ?? '';
  const lines = shown.trimEnd().split('\n');
  const findings = lines.slice(0, -1).map((line): NamedFinding => {
    const [, word = '', check = '', found = '', remedy = null] = LINE.exec(line) ?? [];
    const verdict = (['ok', 'warn', 'FAIL'] as const).find((each) => each === word.trim()) ?? 'FAIL';
    return { check: check.trim(), verdict, found, remedy };
  });
  expect(findings.map((finding) => findingLine(finding, 13, false))).toEqual(lines.slice(0, -1));
  expect(lines.at(-1)).toBe(summaryLine(findings));

  const calibration = { empty: 120, full: 880 };
  const config = {
    device: { id: 'kitchen-printer-7' },
    mqtt: { url: 'mqtts://broker.example.net:8883' },
    replenish: { url: 'https://dash-replenishment-service-na.amazon.com' },
    hardware: {
      board: { driver: 'lines', port: '/dev/ttyACM0', pattern: '(?<value>.*)' },
      shelf: { driver: 'scale', port: '/dev/ttyUSB0' },
    },
    slots: {
      black: { slotId: 'a', sensor: { from: 'board' }, calibration },
      rice: { slotId: 'b', sensor: { from: 'shelf' }, calibration },
    },
  };
  const checked = checkConfig(JSON.stringify(config), { config: '/', credentials: null });
  if (!checked.ok) throw new Error(JSON.stringify(checked.problems));
  const loaded = { ok: true, config: checked.config, warnings: [], text: null } as const;
  const made = checksOf('agent.yaml', loaded, runtimeOf('0.1.0'));
  expect(findings.map(({ check }) => check)).toEqual(made.map(({ name }) => name));
});
