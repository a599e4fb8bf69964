import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, onTestFinished, test } from 'vitest';
import { GOOD_CONFIG } from '../config/good-config.ts';
import { type Finished, runAgent } from '../support/agent-process.ts';
import { type Rig, startRig } from '../support/rig.ts';

/** A command as a person types it beside the service. */
function type(rig: Rig, ...words: readonly string[]): Promise<Finished> {
  const where = ['--config', rig.configPath, '--state-dir', rig.stateDir];
  return runAgent({ words: [...words, ...where], cwd: rig.folder });
}

const STARTS_ANEW = { code: 0, stderr: '', stdout: expect.stringMatching(/^The slot starts anew\./) };

test('a parcel that never came is ordered for again by rearm, and by nothing else', async () => {
  const rig = await startRig();
  expect(await type(rig, 'rearm', 'black', '--yes')).toMatchObject({
    code: 1,
    stdout: '',
    stderr: expect.stringMatching(/nothing to rearm/),
  });
  rig.show('black', 12);
  await rig.untilPhase('black', 'on-order');
  expect(await type(rig, 'rearm', 'black')).toMatchObject({
    code: 2,
    stdout: '',
    stderr: expect.stringMatching(/ second time\. .* --yes\.\n$/),
  });
  expect(await type(rig, 'rearm', 'blakc', '--yes')).toMatchObject({
    code: 1,
    stderr: expect.stringMatching(/no slot/),
  });
  expect(rig.posts()).toHaveLength(1);
  expect(await type(rig, 'rearm', 'black', '--yes')).toMatchObject(STARTS_ANEW);
  await rig.until('it is ordered for again', () => rig.posts().length === 2);
  await rig.untilPhase('black', 'on-order');
});

test('beside a stopped service both are kept in the state, and a snooze outlasts the start', async () => {
  const rig = await startRig();
  rig.show('black', 12);
  await rig.untilPhase('black', 'on-order');
  await rig.agent.end('SIGTERM');
  expect(await type(rig, 'snooze', 'black', '31d')).toMatchObject({ code: 1, stdout: '' });
  expect(await type(rig, 'snooze', 'black', '1h')).toMatchObject({
    code: 0,
    stderr: '',
    stdout: 'Nothing is ordered for the slot for 1 hour.\n',
  });
  expect(await type(rig, 'rearm', 'black', '--yes')).toMatchObject(STARTS_ANEW);
  await rig.restartAgent();
  await rig.linger('black', 12);
  expect(rig.told.slot('black')).toMatchObject({
    why: expect.stringMatching(/snooze/),
    snoozedUntil: expect.any(String),
  });
  expect(rig.posts()).toHaveLength(1);
  expect(await type(rig, 'snooze', 'black', 'off')).toMatchObject({ code: 0, stderr: '' });
  await rig.untilPhase('black', 'on-order');
  expect(rig.posts()).toHaveLength(2);
});

test('order cancel-test without a slot is misuse, unless a slot has that name', async () => {
  const cwd = mkdtempSync(join(tmpdir(), 'cancel-test-'));
  onTestFinished(() => rmSync(cwd, { recursive: true, force: true }));
  writeFileSync(join(cwd, 'usual.yaml'), GOOD_CONFIG);
  writeFileSync(join(cwd, 'odd.yaml'), GOOD_CONFIG.replace(/^ {2}black:/m, '  cancel-test:'));
  const [missing, unread, named] = await Promise.all(
    ['usual.yaml', 'nowhere.yaml', 'odd.yaml'].map((config) =>
      runAgent({ words: ['order', 'cancel-test', '--config', config], cwd }),
    ),
  );
  for (const each of [missing, unread]) {
    expect(each).toMatchObject({ code: 2, stdout: '' });
    expect(each?.stderr).toMatch(/^After order cancel-test comes the name of a slot\.\n/);
    expect(each?.stderr).toContain('  order cancel-test SLOT\n');
  }
  expect(named).toMatchObject({ code: 2, stderr: expect.stringMatching(/ say so with --yes\.\n$/) });
});
