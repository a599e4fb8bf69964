import { execFileSync } from 'node:child_process';
import { closeSync, constants, openSync, readFileSync, writeSync } from 'node:fs';
import { join } from 'node:path';
import { expect, onTestFinished, test } from 'vitest';
import { type Rig, startRig } from '../support/rig.ts';
import { Gate } from './gate.ts';

/** The contract's limit for a clean stop. */
const STOP_MS_MAX = 5_000;

async function expectCleanStop(rig: Rig): Promise<void> {
  const from = performance.now();
  expect(await rig.agent.end('SIGTERM')).toEqual({ code: 0, signal: null });
  expect(performance.now() - from).toBeLessThan(STOP_MS_MAX);
}

test('SIGTERM says offline by word and ends with 0', async () => {
  const rig = await startRig();
  await rig.stock('black');
  await expectCleanStop(rig);
  await rig.until('offline', () => rig.told.statuses().at(-1) === 'offline');
  expect(rig.told.statuses()).toEqual(['online', 'offline']);
  expect(rig.broker.log()).not.toMatch(/closed its connection|not authorised|exceeded timeout/);
});

test('SIGINT is a clean stop too', async () => {
  const rig = await startRig();
  await rig.stock('black');
  expect(await rig.agent.end('SIGINT')).toEqual({ code: 0, signal: null });
  await rig.until('offline', () => rig.told.statuses().at(-1) === 'offline');
});

test('SIGKILL leaves offline as the last will, and the next start says online', async () => {
  const rig = await startRig();
  await rig.stock('black');
  await rig.killAgent();
  await rig.until('offline', () => rig.told.statuses().at(-1) === 'offline');
  await rig.restartAgent();
  expect(rig.told.statuses()).toEqual(['online', 'offline', 'online']);
});

test('SIGTERM ends with 0 in time when the broker is gone', async () => {
  const rig = await startRig();
  await rig.stock('black');
  await rig.broker.stop();
  await expectCleanStop(rig);
});

test('SIGTERM ends with 0 in time when the broker was never there', async () => {
  const gate = await Gate.shut(0);
  const rig = await startRig({ way: { brokerPort: gate.port } });
  await rig.until('it has started', () => rig.agent.stdout.includes('has started'));
  await expectCleanStop(rig);
});

test('SIGTERM ends with 0 in time when the network swallows everything', async () => {
  const gate = await Gate.shut(0);
  const rig = await startRig({ way: { brokerPort: gate.port } });
  gate.target(rig.broker.port);
  await gate.open();
  onTestFinished(() => gate.close());
  await rig.stock('black');
  gate.mute();
  rig.show('black', 12);
  await rig.until('the order is placed', () => rig.posts().length === 1);
  await expectCleanStop(rig);
});

test('SIGTERM ends with 0 in time when DRS hangs, and the order is in doubt afterwards', async () => {
  const rig = await startRig({ config: { replenish: { timeouts: { headers: '1m' } } } });
  rig.sandbox.fault({ kind: 'hang', when: 'after-order' });
  rig.show('black', 12);
  await rig.until('the request is out', () => rig.posts().length === 1);
  await expectCleanStop(rig);
  await rig.restartAgent();
  await rig.untilOutcomes('black', ['in-doubt', 'in-progress']);
  expect(rig.sandbox.purchases('black')).toBe(1);
});

test('SIGTERM while the answer is on its way waits for it', async () => {
  const rig = await startRig();
  rig.sandbox.fault({ kind: 'delay', delayMs: 500 });
  rig.show('black', 12);
  await rig.until('the request is out', () => rig.posts().length === 1);
  await expectCleanStop(rig);
  await rig.restartAgent();
  await rig.untilPhase('black', 'on-order');
  await rig.untilOutcomes('black', ['placed']);
  expect(rig.posts()).toHaveLength(1);
});

test('SIGTERM ends with 0 in time when the serial port is missing, which the device tells', async () => {
  const rig = await startRig({ config: { hardware: { board0: { port: '/dev/serial/by-id/nobody' } } } });
  await rig.until('the port is reported', () => rig.told.device()?.hardware['board0']?.state === 'failed');
  expect(rig.told.device()?.hardware['board0']?.error).toMatch(/\/dev\/serial\/by-id\/nobody/);
  expect(rig.told.slot('black')).toMatchObject({ phase: 'unknown', level: null, sensor: 'stale' });
  await expectCleanStop(rig);
});

test('two SIGTERMs end like one', async () => {
  const rig = await startRig();
  await rig.stock('black');
  rig.agent.signal('SIGTERM');
  expect(await rig.agent.end('SIGTERM')).toEqual({ code: 0, signal: null });
  await rig.until('offline', () => rig.told.statuses().at(-1) === 'offline');
});

/** Opens a pipe for writing once somebody reads it; null before. */
function openIfRead(path: string): number | null {
  try {
    return openSync(path, constants.O_WRONLY | constants.O_NONBLOCK);
  } catch {
    return null;
  }
}

test.each([
  { signal: 'SIGTERM', of: 'a good file', isGood: true, code: 0 },
  { signal: 'SIGINT', of: 'a good file', isGood: true, code: 0 },
  { signal: 'SIGTERM', of: 'a bad file', isGood: false, code: 78 },
] as const)('$signal while $of is being read ends the agent with $code', async ({ signal, isGood, code }) => {
  const rig = await startRig({ isHeldBack: true });
  const pipe = join(rig.folder, 'agent.pipe');
  execFileSync('mkfifo', [pipe]);
  const agent = rig.startAgent({ words: ['run', '--config', pipe, '--state-dir', rig.stateDir] });
  let writer: number | null = null;
  await rig.until('the configuration is being read', () => {
    writer = openIfRead(pipe);
    return writer !== null;
  });
  agent.signal(signal);
  writeSync(writer ?? -1, isGood ? readFileSync(rig.configPath, 'utf8') : 'nonsense');
  closeSync(writer ?? -1);
  expect(await agent.exited).toEqual({ code, signal: null });
});
