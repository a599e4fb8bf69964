import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { closeSync, existsSync, mkdtempSync, openSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, onTestFinished, test } from 'vitest';
import type { StatusDocument } from '../../agent/local/service-view.ts';
import { CHECKOUT, type Finished, runAgent, startAgent } from '../support/agent-process.ts';
import { openPty } from '../support/pty.ts';
import { type Rig, startRig } from '../support/rig.ts';

/** A command as a person types it beside the service. */
function type(rig: Rig, ...words: readonly string[]): Promise<Finished> {
  const where = ['--config', rig.configPath, '--state-dir', rig.stateDir];
  return runAgent({ words: [...words, ...where], cwd: rig.folder });
}

async function status(rig: Rig): Promise<StatusDocument> {
  const { stdout, stderr } = await type(rig, 'status', '--json');
  expect(stderr).toBe('');
  return JSON.parse(stdout) as StatusDocument;
}

/** An order whose answer was lost, and which is not repeated. */
async function withDoubt(): Promise<Rig> {
  const rig = await startRig({ config: { replenish: { inDoubtWindow: '0s' } } });
  rig.sandbox.fault({ kind: 'drop', when: 'before-order' });
  rig.show('black', 12);
  await rig.untilPhase('black', 'held in-doubt');
  return rig;
}

test('orders between the thresholds, once also when told twice at once, and status tells it all', async () => {
  const rig = await startRig();
  await rig.stock('black', 40);
  await rig.untilTaken();
  const both = await Promise.all([
    type(rig, 'order', 'black', '--yes'),
    type(rig, 'order', 'black', '--yes'),
  ]);
  const [ordered, refused] = both.sort((one, other) => (one.code ?? 0) - (other.code ?? 0));
  expect(ordered).toMatchObject({ code: 0, stdout: expect.stringMatching(/^STANDARD_ORDER_PLACED\n/) });
  expect(refused).toMatchObject({
    code: 1,
    stdout: '',
    stderr: expect.stringMatching(/under way|on its way/),
  });
  expect(rig.sandbox.purchases('black')).toBe(1);
  expect(rig.posts()).toHaveLength(1);

  expect(await status(rig)).toMatchObject({
    service: 'running',
    stateDir: rig.stateDir,
    isHistoryLost: false,
    device: { token: { state: 'valid' }, hardware: { board0: { state: 'open' } } },
    slots: {
      black: {
        phase: 'on-order',
        reason: null,
        level: 40,
        sensor: 'ok',
        slotId: 'black',
        lastOrder: { attempt: 1, outcome: 'placed', detailCode: 'STANDARD_ORDER_PLACED' },
        openOrder: { attempts: 1, inDoubtSince: null },
      },
    },
  });
  const { code, stdout, stderr } = await type(rig, 'status');
  expect({ code, stderr }).toEqual({ code: 0, stderr: '' });
  expect(stdout).toMatch(/^The service is running \(version /);
  expect(stdout).toMatch(/^black +on-order +40 % +STANDARD_ORDER_PLACED \d{4}-/m);

  // After a reload the same door shows what is in force then.
  const ink = {
    slotId: 'black',
    sensor: { from: 'board0', channel: 'black' },
    calibration: { empty: 0, full: 1000 },
  };
  rig.writeConfig({ slots: { black: undefined, ink } });
  rig.agent.signal('SIGHUP');
  await rig.until('the new file is in force', () => rig.agent.stdout.includes('is in force'));
  const reloaded = await status(rig);
  expect(new Set(Object.keys(reloaded.slots))).toEqual(new Set(['ink', 'witness0']));
  expect(reloaded.slots['ink']).toMatchObject({ phase: 'on-order', slotId: 'black' });

  await rig.agent.end('SIGTERM');
  const before = readdirSync(rig.stateDir);
  expect(before).not.toContain('agent.sock');
  expect(await status(rig)).toMatchObject({
    service: 'stopped',
    device: null,
    slots: {
      ink: { phase: 'on-order', level: null, lastOrder: { outcome: 'placed' } },
      witness0: { phase: 'unknown', lastOrder: null },
    },
  });
  expect(readdirSync(rig.stateDir)).toEqual(before);
});

test('resolve placed settles a doubt of the running service as an order', async () => {
  const rig = await withDoubt();
  expect(await type(rig, 'resolve', 'black', 'placed')).toMatchObject({ code: 0, stderr: '' });
  await rig.untilPhase('black', 'on-order');
  await rig.killAgent();
  await rig.restartAgent();
  expect(rig.told.standing('black')).toBe('on-order');
  expect(rig.posts()).toHaveLength(1);
});

test('resolve not-placed lets the order of the running service go again', async () => {
  const rig = await withDoubt();
  expect(await type(rig, 'resolve', 'black', 'not-placed')).toMatchObject({ code: 0, stderr: '' });
  await rig.untilPhase('black', 'on-order');
  expect(rig.posts()).toHaveLength(2);
  expect(rig.sandbox.purchases('black')).toBe(1);
});

test.each([
  { verdict: 'placed', posts: 1 },
  { verdict: 'not-placed', posts: 2 },
])(
  'after a kill, status shows the doubt and resolve $verdict settles it in the state',
  async ({ verdict, posts }) => {
    const rig = await withDoubt();
    await rig.killAgent();
    expect(existsSync(join(rig.stateDir, 'agent.sock'))).toBe(true);
    const { code, stdout } = await type(rig, 'status');
    expect(code).toBe(0);
    expect(stdout).toMatch(/^The service is stopped/);
    expect(stdout).toMatch(/^black +held: in-doubt/m);
    expect(stdout).toMatch(/^in doubt: black, order \S+, requests: 1, since /m);
    expect(await type(rig, 'resolve', 'black', verdict)).toMatchObject({ code: 0, stderr: '' });
    await rig.restartAgent();
    await rig.untilPhase('black', 'on-order');
    expect(rig.posts()).toHaveLength(posts);
  },
);

test('resolve ends the hold for a lost state, slot by slot, stopped and running', async () => {
  const rig = await startRig({ slots: { black: {}, cyan: {} } });
  await rig.agent.end('SIGTERM');
  rmSync(join(rig.stateDir, 'state.db'));
  expect(await type(rig, 'resolve', 'black', 'not-placed')).toMatchObject({ code: 0, stderr: '' });
  rig.show('black', 12);
  rig.show('cyan', 12);
  await rig.restartAgent();
  await rig.untilPhase('black', 'on-order');
  await rig.untilPhase('cyan', 'held state-lost');
  expect(await type(rig, 'resolve', 'cyan', 'not-placed')).toMatchObject({ code: 0, stderr: '' });
  await rig.untilPhase('cyan', 'on-order');
  expect([rig.sandbox.purchases('black'), rig.sandbox.purchases('cyan')]).toEqual([1, 1]);
});

test('what is refused is refused with the reason, by a running service and beside a stopped one', async () => {
  const rig = await startRig();
  await rig.stock('black', 40);
  await rig.untilTaken();
  rig.sandbox.unsubscribe('black');
  expect(await type(rig, 'order', 'black', '--yes')).toMatchObject({
    code: 1,
    stdout: '',
    stderr: expect.stringMatching(/\nblack is held: .*subscribed/),
  });
  for (const service of ['running', 'stopped']) {
    if (service === 'stopped') await rig.agent.end('SIGTERM');
    expect(await type(rig, 'resolve', 'black', 'placed')).toMatchObject({
      code: 1,
      stdout: '',
      stderr: expect.stringMatching(/^Nothing is in doubt/),
    });
    expect(await type(rig, 'resolve', 'blakc', 'placed')).toMatchObject({
      code: 1,
      stdout: '',
      stderr: expect.stringMatching(/^There is no slot .*blakc/),
    });
  }
});

test('beside a stopped service order runs the agent until the outcome is known, and so does cancel-test', async () => {
  const rig = await startRig({ isHeldBack: true, sandbox: { isTest: true } });
  rig.show('black', 40);
  const ordered = await type(rig, 'order', 'black', '--yes');
  expect(ordered, ordered.stderr).toMatchObject({
    code: 0,
    stdout: expect.stringMatching(/^TEST_ORDER_PLACED\n/),
  });
  expect(rig.told.statuses()).toEqual(['online', 'offline']);
  expect(rig.told.outcomes('black')).toEqual(['placed']);
  expect((await status(rig)).slots['black']).toMatchObject({ phase: 'on-order' });
  expect(await type(rig, 'order', 'cancel-test', 'black')).toMatchObject({ code: 0, stderr: '' });
  const calls = rig.sandbox.requests.map(({ method, url, answer }) => `${method} ${url} ${answer?.status}`);
  expect(calls.filter((call) => call.startsWith('DELETE'))).toEqual(['DELETE /testOrders/slots/black 200']);
});

test('beside a stopped service Ctrl-C ends the order and leaves nothing behind', async () => {
  const rig = await startRig({ isHeldBack: true });
  const waiting = startAgent({
    words: ['order', 'black', '--yes', '--config', rig.configPath, '--state-dir', rig.stateDir],
    cwd: rig.folder,
  });
  await rig.untilReported();
  expect(await waiting.end('SIGINT')).toEqual({ code: 1, signal: null });
  expect(waiting.stderr).toMatch(/Stopped\. /);
  expect(rig.told.statuses()).toEqual(['online', 'offline']);
  expect(rig.posts()).toEqual([]);
});

test('without a service, a state, a terminal or a good configuration, each command says what to do', async () => {
  const cwd = mkdtempSync(join(tmpdir(), 'by-hand-'));
  onTestFinished(() => rmSync(cwd, { recursive: true, force: true }));
  const config = join(cwd, 'agent.yaml');
  writeFileSync(config, 'device: 1\n');
  const run = (...words: readonly string[]): Promise<Finished> => runAgent({ words, cwd });
  const [absent, misnamed, mistaken, unasked, unresolved, unordered] = await Promise.all([
    run('status', '--state-dir', 'state'),
    run('status', '--config', 'nowhere.yaml'),
    run('status', '--config', 'agent.yaml'),
    run('order', 'black'),
    run('resolve', 'black', 'placed', '--config', config),
    run('order', 'black', '--yes', '--config', config),
  ]);
  expect(absent).toMatchObject({
    code: 1,
    stdout: '',
    stderr: expect.stringMatching(/^There is no state in .+\n$/),
  });
  expect(misnamed).toMatchObject({
    code: 78,
    stdout: '',
    stderr: expect.stringContaining('there is no file nowhere.yaml'),
  });
  expect(mistaken).toMatchObject({
    code: 1,
    stderr: expect.stringMatching(
      /^agent\.yaml has mistakes.* check --config agent\.yaml\nThere is no state/,
    ),
  });
  expect(unasked).toMatchObject({ code: 2, stdout: '', stderr: expect.stringMatching(/--yes\.\n$/) });
  expect(unresolved).toMatchObject({ code: 78, stdout: '', stderr: expect.stringContaining(`${config}:1:`) });
  expect(unordered).toMatchObject({ code: 78, stdout: '', stderr: expect.stringContaining(`${config}:1:`) });
  expect(readdirSync(cwd)).toEqual(['agent.yaml']);
});

test.each([
  { key: 'n', code: 1, says: 'Nothing was ordered.' },
  { key: '', code: 1, says: 'Nothing was ordered.' },
  { key: 'y', code: 78, says: 'agent.yaml' },
])('on a terminal order asks first, and "$key" leads to $says', async ({ key, code, says }) => {
  const cwd = mkdtempSync(join(tmpdir(), 'by-hand-'));
  onTestFinished(() => rmSync(cwd, { recursive: true, force: true }));
  const terminal = openPty();
  onTestFinished(() => terminal.unplug());
  const end = openSync(terminal.path, 'r+');
  const program = join(CHECKOUT, 'agent/main.ts');
  const child = spawn(process.execPath, [program, 'order', 'black', '--config', join(cwd, 'agent.yaml')], {
    cwd,
    stdio: [end, 'ignore', end],
  });
  closeSync(end);
  onTestFinished(() => void child.kill('SIGKILL'));
  let shown = '';
  const read = (): string => {
    shown += terminal.read().toString();
    return shown;
  };
  await expect.poll(read, { timeout: 30_000 }).toContain('[y/N] ');
  terminal.write(`${key}\r`);
  await expect.poll(read, { timeout: 30_000 }).toContain(says);
  if (child.exitCode === null) await once(child, 'exit');
  expect(child.exitCode).toBe(code);
});
