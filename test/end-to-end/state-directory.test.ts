import { createHash } from 'node:crypto';
import {
  existsSync,
  readdirSync,
  readFileSync,
  rmSync,
  statSync,
  truncateSync,
  writeFileSync,
} from 'node:fs';
import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { expect, test } from 'vitest';
import { openStateStore } from '../../agent/store/state-store.ts';
import { codeIn, read, table } from '../docs/markdown.ts';
import { runAgent } from '../support/agent-process.ts';
import { type Rig, startRig } from '../support/rig.ts';

const TWO_SLOTS = { black: {}, cyan: {} };

/** All but the local socket, which is no file to read. */
function filesOf({ stateDir }: Rig): readonly string[] {
  return readdirSync(stateDir).filter((name) => !statSync(join(stateDir, name)).isSocket());
}

/** Everything about the files of the state directory that a write would change. */
function picture(rig: Rig): Record<string, string> {
  const entries = filesOf(rig).map((name) => {
    const path = join(rig.stateDir, name);
    const { size, mtimeMs } = statSync(path);
    const hash = createHash('sha256').update(readFileSync(path)).digest('hex');
    return [name, `${size} ${mtimeMs} ${hash}`];
  });
  return Object.fromEntries(entries);
}

test('only the owner can read the state, whatever the mask of the process', async () => {
  const rig = await startRig({ umask: '000' });
  rig.show('black', 12);
  await rig.untilPhase('black', 'on-order');
  const modes = filesOf(rig).map((name) => statSync(join(rig.stateDir, name)).mode & 0o777);
  expect(modes.length).toBeGreaterThan(0);
  expect(new Set(modes)).toEqual(new Set([0o600]));
  expect(statSync(rig.stateDir).mode & 0o777).toBe(0o700);
  const { mode } = statSync(join(rig.stateDir, 'agent.sock'));
  expect(mode & 0o777).toBe(0o660);
  const documented = table(read('README.md'), 'File').flatMap(([file = '']) => {
    const [name = '', ...endings] = codeIn(file);
    return [name, ...endings.map((ending) => `${name}${ending}`)];
  });
  expect(documented).toEqual(expect.arrayContaining(readdirSync(rig.stateDir)));
});

test.each([
  { where: 'stocked', from: 90 },
  { where: 'on-order', from: 15 },
])('200 readings of a slot that is $where write nothing', async ({ where, from }) => {
  const rig = await startRig({ config: { mqtt: { heartbeat: '1s' } }, lineEveryMs: 10 });
  rig.show('black', from);
  await rig.untilPhase('black', where);
  await rig.linger('black', from - 1, 20);
  await rig.until('the outbox is empty', () => rig.told.device()?.outbox.depth === 0);
  const before = picture(rig);
  await rig.linger('black', from - 2, 100);
  await rig.linger('black', from - 3, 100);
  expect(picture(rig)).toEqual(before);
});

test('no file of the state holds a token', async () => {
  const rig = await startRig();
  rig.show('black', 12);
  await rig.untilPhase('black', 'on-order');
  const token = readFileSync(rig.tokenPath, 'utf8').trim();
  for (const name of filesOf(rig)) expect(readFileSync(join(rig.stateDir, name)).includes(token)).toBe(false);
});

test.each<{ name: string; damage: (path: string) => void }>([
  { name: 'overwritten', damage: (path) => writeFileSync(path, 'not a database, '.repeat(2_000)) },
  { name: 'emptied', damage: (path) => truncateSync(path, 0) },
  { name: 'deleted', damage: (path) => rmSync(path) },
  { name: 'cut short', damage: (path) => truncateSync(path, Math.floor(statSync(path).size / 2) + 7) },
])('a state file that was $name holds every slot until a refill', async ({ damage }) => {
  const rig = await startRig({ slots: TWO_SLOTS });
  rig.show('cyan', 90);
  rig.show('black', 12);
  await rig.untilPhase('black', 'on-order');
  expect(await rig.agent.end('SIGTERM')).toMatchObject({ code: 0 });
  for (const suffix of ['-wal', '-shm']) rmSync(join(rig.stateDir, `state.db${suffix}`), { force: true });
  damage(join(rig.stateDir, 'state.db'));
  // What was bought is with the customer by now: DRS would sell again.
  rig.sandbox.deliver('black');

  rig.show('cyan', 12);
  await rig.restartAgent();
  for (const slot of ['black', 'cyan']) {
    await rig.linger(slot, 11);
    expect(rig.told.standing(slot)).toBe('held state-lost');
  }
  // The loss is remembered, too.
  await rig.killAgent();
  await rig.restartAgent();
  await rig.linger('black', 10);
  expect(rig.told.standing('black')).toBe('held state-lost');
  expect(rig.posts()).toHaveLength(1);

  await rig.stock('black');
  rig.show('black', 12);
  await rig.untilPhase('black', 'on-order');
  expect(rig.sandbox.purchases('black')).toBe(2);
  expect(rig.sandbox.purchases('cyan')).toBe(0);
});

test('damage is reported on the device, and the damaged file is kept', async () => {
  const rig = await startRig();
  await rig.stock('black');
  await rig.agent.end('SIGTERM');
  writeFileSync(join(rig.stateDir, 'state.db'), 'not a database, '.repeat(2_000));
  await rig.restartAgent();
  await rig.until('the device says so', () => rig.told.device()?.store.state === 'quarantined');
  expect(readdirSync(rig.stateDir).filter((name) => name.includes('damaged'))).toHaveLength(1);
});

test('a second agent on the same state refuses with a sentence, and the first does not notice', async () => {
  const rig = await startRig();
  await rig.stock('black');
  const words = ['run', '--config', rig.configPath, '--state-dir', rig.stateDir];
  const second = await runAgent({ words });
  expect(second).toMatchObject({ code: 1, signal: null });
  expect(second.stderr).toMatch(/^Another replenish-agent is running on .+ Stop it first .+\.\n$/);
  expect(rig.told.statuses()).toEqual(['online']);
  rig.show('black', 12);
  await rig.untilPhase('black', 'on-order');
});

test('a state of a newer version is a sentence and exit 1, and the broker hears nothing of the start', async () => {
  const rig = await startRig({ isHeldBack: true });
  openStateStore(rig.stateDir, 0).store.close();
  const database = new DatabaseSync(join(rig.stateDir, 'state.db'));
  database.exec('PRAGMA user_version = 99');
  database.close();
  const words = ['run', '--config', rig.configPath, '--state-dir', rig.stateDir];
  const refused = await runAgent({ words });
  expect(refused).toMatchObject({ code: 1, signal: null });
  expect(refused.stderr).toMatch(/^The state was written by a newer replenish-agent .+\.\n$/);
  expect(rig.broker.log()).not.toMatch(/New client connected .* as replenish-/);
});

test('a state directory that cannot be made is a sentence and exit 1', async () => {
  const rig = await startRig({ isHeldBack: true });
  const words = ['run', '--config', rig.configPath, '--state-dir', join(rig.configPath, 'state')];
  const refused = await runAgent({ words });
  expect(refused).toMatchObject({ code: 1, signal: null });
  expect(refused.stderr).toMatch(/^The state directory .+ can't be used: .+--state-dir\.\n$/);
});

test('a state directory where the kernel makes no folders is a sentence and exit 1, at once', async () => {
  const rig = await startRig({ isHeldBack: true });
  const words = ['run', '--config', rig.configPath, '--state-dir', '/proc/state'];
  expect(await runAgent({ words })).toMatchObject({
    code: 1,
    signal: null,
    stderr: expect.stringMatching(
      /^The state directory \/proc\/state can't be used: \/proc takes no folders\./,
    ),
  });
});

test.each([
  { value: '', where: '.replenish-agent' },
  { value: ':state-b', where: '.replenish-agent' },
  { value: 'state-a:state-b', where: 'state-a' },
])('with STATE_DIRECTORY=$value the state is in $where', async ({ value, where }) => {
  const rig = await startRig({ isHeldBack: true });
  rig.startAgent({ words: ['run', '--config', rig.configPath], env: { STATE_DIRECTORY: value } });
  await rig.untilReported();
  expect(existsSync(join(rig.folder, where, 'state.db'))).toBe(true);
});
