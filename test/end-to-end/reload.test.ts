import { expect, test } from 'vitest';
import { startRig } from '../support/rig.ts';
import { FULL_RAW } from './rig-settings.ts';

test('SIGHUP with a bad file keeps the old one in force, and says so on device', async () => {
  const rig = await startRig();
  await rig.stock('black');
  rig.writeConfig({ slots: { black: { reorderAt: '95%' } } });
  rig.agent.signal('SIGHUP');
  await rig.until('it is refused', () => rig.told.device()?.config.error !== null);
  expect(rig.told.device()?.config.error).toMatch(/agent\.yaml:\d+:\d+ .*reorderAt/);
  await rig.linger('black', 80);
  expect(rig.told.statuses()).toEqual(['online']);
  expect(rig.posts()).toEqual([]);

  rig.writeConfig();
  rig.agent.signal('SIGHUP');
  await rig.until('it is in force', () => rig.told.device()?.config.error === null);
  rig.show('black', 12);
  await rig.untilPhase('black', 'on-order');
});

test('SIGHUP with a good file applies it', async () => {
  const rig = await startRig();
  await rig.stock('black', 50);
  rig.writeConfig({ slots: { black: { reorderAt: '50%' } } });
  rig.agent.signal('SIGHUP');
  await rig.untilPhase('black', 'on-order');
  expect(rig.sandbox.purchases('black')).toBe(1);
});

test('SIGHUP during an open depletion does not order again', async () => {
  const rig = await startRig();
  rig.show('black', 12);
  await rig.untilPhase('black', 'on-order');
  // Were it forgotten, DRS would sell again.
  rig.sandbox.deliver('black');
  for (const percent of [11, 10]) {
    const before = rig.topics.messages.length;
    rig.writeConfig({ slots: { black: { reorderAt: `${percent + 20}%` } } });
    rig.agent.signal('SIGHUP');
    await rig.untilReported(before);
    await rig.linger('black', percent);
  }
  expect(rig.told.standing('black')).toBe('on-order');
  expect(rig.posts()).toHaveLength(1);
});

test('SIGHUP while a request is out waits for its answer', async () => {
  const rig = await startRig();
  rig.sandbox.fault({ kind: 'delay', delayMs: 500 });
  rig.show('black', 12);
  await rig.until('the request is out', () => rig.posts().length === 1);
  rig.agent.signal('SIGHUP');
  await rig.untilPhase('black', 'on-order');
  await rig.linger('black', 11);
  expect(rig.told.outcomes('black')).toEqual(['placed']);
  expect(rig.posts()).toHaveLength(1);
});

test('SIGHUP keeps a token that came over MQTT', async () => {
  const rig = await startRig({ token: 'mqtt' });
  await rig.until('a token is asked for', () => rig.told.tokenRequests().length >= 1);
  await rig.sendToken(rig.issueToken());
  await rig.until('it is taken', () => rig.told.device()?.token.state === 'valid');
  await rig.stock('black');
  const before = rig.topics.messages.length;
  rig.agent.signal('SIGHUP');
  await rig.untilReported(before);
  // The cloud need not be there at this moment: nobody answers another request.
  await rig.linger('black', 12);
  expect(rig.told.standing('black')).not.toBe('held auth');
  await rig.untilPhase('black', 'on-order');
  expect(rig.posts()).toHaveLength(1);
});

test('SIGHUP is not a restart: the device stays online and keeps the time of its start', async () => {
  const rig = await startRig();
  await rig.stock('black');
  const before = rig.topics.messages.length;
  const startedAt = rig.told.device()?.startedAt;
  rig.agent.signal('SIGHUP');
  await rig.untilReported(before);
  await rig.linger('black', 80);
  expect(rig.told.device()?.startedAt).toBe(startedAt);
  expect(rig.told.statuses()).not.toContain('offline');
});

test('three SIGHUPs at once, and a SIGTERM behind them, end cleanly', async () => {
  const rig = await startRig();
  await rig.stock('black');
  for (const signal of ['SIGHUP', 'SIGHUP', 'SIGHUP'] as const) rig.agent.signal(signal);
  expect(await rig.agent.end('SIGTERM')).toEqual({ code: 0, signal: null });
  await rig.until('offline', () => rig.told.statuses().at(-1) === 'offline');
});

test('a slot that is taken out of the file and put back has not forgotten its order', async () => {
  const slots = { black: {}, cyan: {} };
  const rig = await startRig({ slots });
  rig.show('cyan', 90);
  rig.show('black', 12);
  await rig.untilPhase('black', 'on-order');
  rig.sandbox.deliver('black');
  rig.writeConfig({ slots: { black: undefined } });
  rig.agent.signal('SIGHUP');
  await rig.until('it is in force', () => rig.agent.stdout.includes('in force'));
  await rig.linger('cyan', 80);
  const before = rig.topics.messages.length;
  rig.writeConfig();
  rig.agent.signal('SIGHUP');
  await rig.untilReported(before);
  await rig.linger('black', 11);
  expect(rig.told.standing('black')).toBe('on-order');
  expect(rig.posts()).toHaveLength(1);
});

test('SIGHUP waits for the answer of a request that is out, however long DRS takes', async () => {
  const rig = await startRig();
  rig.sandbox.fault({ kind: 'delay', delayMs: 3_000 });
  rig.show('black', 12);
  await rig.untilPhase('black', 'ordering');
  rig.agent.signal('SIGHUP');
  await rig.untilPhase('black', 'on-order');
  expect(rig.told.outcomes('black')).toEqual(['placed']);
  expect(rig.posts()).toHaveLength(1);
});

test('a slot that is renamed keeps its order', async () => {
  const rig = await startRig({ slots: { black: {} } });
  rig.show('black', 12);
  await rig.untilPhase('black', 'on-order');
  rig.writeConfig({
    slots: {
      black: undefined,
      'black-ink': {
        slotId: 'black',
        sensor: { from: 'board0', channel: 'black' },
        calibration: { empty: 0, full: FULL_RAW },
        confirm: { samples: 3, for: '0s' },
        filter: { median: 1 },
      },
    },
  });
  rig.agent.signal('SIGHUP');
  await rig.untilPhase('black-ink', 'on-order');
  await rig.linger('black', 11);
  expect(rig.told.standing('black-ink')).toBe('on-order');
  expect(rig.posts()).toHaveLength(1);
});
