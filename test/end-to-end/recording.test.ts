import { readFileSync, statSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { runAgent } from '../support/agent-process.ts';
import { startRig } from '../support/rig.ts';

test('what a device recorded leads to the same orders when it is replayed', async () => {
  const rig = await startRig({ isHeldBack: true });
  const file = join(rig.folder, 'readings.jsonl');
  const words = ['run', '--config', rig.configPath, '--state-dir', rig.stateDir, '--record', file];
  rig.startAgent({ words });
  await rig.untilReported();
  for (let depletion = 1; depletion <= 2; depletion++) {
    await rig.showUntilSeen('black', 90);
    await rig.linger('black', 90);
    rig.show('black', 10);
    await rig.untilPhase('black', 'on-order');
  }
  expect(await rig.agent.end('SIGTERM')).toEqual({ code: 0, signal: null });
  expect(rig.posts('black')).toHaveLength(2);
  expect(statSync(file).mode & 0o777).toBe(0o600);

  const again = await runAgent({ words: ['run', '--config', rig.configPath, '--record', file] });
  expect(again.code).toBe(1);
  expect(again.stderr).toMatch(/readings\.jsonl exists already/);

  const replayed = await runAgent({ words: ['replay', file, '--config', rig.configPath, '--json'] });
  expect(replayed).toMatchObject({ code: 0, stderr: '' });
  const told = replayed.stdout
    .trim()
    .split('\n')
    .map((line) => JSON.parse(line));
  const decided = told.filter(({ kind, slot }) => kind === 'order' && slot === 'black');
  expect(decided.map(({ level, slotId }) => ({ level, slotId }))).toEqual([
    { level: 10, slotId: 'black' },
    { level: 10, slotId: 'black' },
  ]);
  expect(told.at(-1)).toMatchObject({ kind: 'end', badLines: 0 });

  const text = await runAgent({ words: ['replay', file, '--config', rig.configPath] });
  expect(text.stdout).toMatch(/^black: 2 orders; \d+ readings/m);
  expect(rig.posts()).toHaveLength(2);
});

test('a device can be driven by a recording alone', async () => {
  const rig = await startRig({ isHeldBack: true });
  const raws = [...Array<number>(10).fill(900), ...Array<number>(50).fill(100)];
  const lines = raws.map((raw, index) =>
    JSON.stringify({ atMs: index * 20, hardware: 'anything', channel: 'black', raw }),
  );
  writeFileSync(join(rig.folder, 'readings.jsonl'), lines.join('\n'));
  rig.writeConfig({
    hardware: { tape: { driver: 'transcript', file: 'readings.jsonl' } },
    slots: { black: { sensor: { from: 'tape' } } },
  });
  rig.startAgent();
  await rig.untilPhase('black', 'on-order');
  expect(rig.posts('black')).toHaveLength(1);
  await rig.until(
    'the end of the recording is told',
    () => rig.told.device()?.hardware['tape']?.state === 'silent',
  );
});

test('a recording that can not be read is a sentence and exit 1, a bad configuration 78', async () => {
  const rig = await startRig({ isHeldBack: true });
  const replay = (file: string, config = rig.configPath) =>
    runAgent({ words: ['replay', file, '--config', config] });
  const absent = await replay('/nowhere/readings.jsonl');
  expect(absent).toMatchObject({ code: 1, stdout: '' });
  expect(absent.stderr).toBe('There is no file /nowhere/readings.jsonl: correct the path.\n');

  const backwards = join(rig.folder, 'backwards.jsonl');
  const line = (atMs: number) =>
    `${JSON.stringify({ atMs, hardware: 'board0', channel: 'black', raw: 900 })}\n`;
  writeFileSync(backwards, line(5) + line(9) + line(7));
  const told = await replay(backwards);
  expect(told.code).toBe(1);
  expect(told.stderr).toMatch(/backwards\.jsonl goes back in time in line 3/);
  expect(told.stdout).toMatch(/^black: 0 orders; 2 readings/m);

  writeFileSync(
    join(rig.folder, 'bad.yaml'),
    readFileSync(rig.configPath, 'utf8').replace('slotId', 'slotid'),
  );
  expect(await replay(backwards, join(rig.folder, 'bad.yaml'))).toMatchObject({ code: 78, stdout: '' });
  expect(await runAgent({ words: ['replay'] })).toMatchObject({ code: 2, stdout: '' });
  expect(await runAgent({ words: ['run', '--record-max', '1MB'] })).toMatchObject({ code: 2 });
  expect(await runAgent({ words: ['run', '--record', 'x', '--record-max', '64'] })).toMatchObject({
    code: 2,
  });
});
