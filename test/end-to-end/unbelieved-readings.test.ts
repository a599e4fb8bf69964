import { setTimeout as sleep } from 'node:timers/promises';
import { expect, test } from 'vitest';
import { seeded } from '../level/chance.ts';
import { startRig } from '../support/rig.ts';

test('readings that are out of range, a sentinel or no number make a slot unknown, and order nothing', async () => {
  const valid = { min: 0, max: 70_000, sentinels: [65_535, -1, 3] };
  const rig = await startRig({
    slots: {
      below: { settings: { valid } },
      above: { settings: { valid } },
      sentinel: { settings: { valid } },
      lowSentinel: { settings: { valid } },
      text: {},
      infinite: {},
      nothing: {},
      witness: {},
    },
  });
  rig.showRaw('below', -5);
  rig.showRaw('above', 70_001);
  rig.showRaw('sentinel', 65_535);
  rig.showRaw('lowSentinel', 3);
  rig.showRaw('text', 'NaN');
  rig.showRaw('infinite', '-Infinity');
  await rig.stock('witness');
  await rig.linger('witness', 50, 60);

  const fault = { phase: 'unknown', level: null, sensor: 'fault' };
  expect(rig.told.slot('below')).toMatchObject({ ...fault, raw: -5 });
  expect(rig.told.slot('above')).toMatchObject({ ...fault, raw: 70_001 });
  expect(rig.told.slot('sentinel')).toMatchObject({ ...fault, raw: 65_535 });
  expect(rig.told.slot('lowSentinel')).toMatchObject({ ...fault, raw: 3 });
  for (const slot of ['text', 'infinite', 'nothing'])
    expect(rig.told.slot(slot)).toMatchObject({ phase: 'unknown', level: null, sensor: 'stale', raw: null });
  expect(rig.posts()).toEqual([]);
});

test('a low slot whose sensor goes out of range before low is confirmed is unknown, and starts anew', async () => {
  const rig = await startRig({
    slots: { black: { settings: { valid: { min: 1 }, confirm: { samples: 10 } } }, witness: {} },
    lineEveryMs: 40,
  });
  await rig.stock('black');
  rig.show('black', 12);
  await rig.untilPhase('black', 'low');
  rig.show('black', 0);
  await rig.untilPhase('black', 'unknown');
  expect(rig.told.slot('black')).toMatchObject({ level: null, sensor: 'fault', raw: 0 });
  await rig.linger('witness', 50, 40);
  expect(rig.posts()).toEqual([]);
  rig.show('black', 12);
  await rig.untilPhase('black', 'on-order');
  expect(rig.told.phases('black')).toEqual([
    'unknown',
    'stocked',
    'low',
    'unknown',
    'low',
    'ordering',
    'on-order',
  ]);
});

test('a reading that is too old makes a slot stale, and samples from before it do not count', async () => {
  const rig = await startRig({
    slots: { black: { settings: { staleAfter: '1s', confirm: { samples: 3 } } }, witness: {} },
  });
  rig.show('witness', 90);
  await rig.stock('black');
  rig.showRaw('black', null);
  rig.boardOf('black').write('slot=black raw=120\r\nslot=black raw=120\r\n');
  await rig.untilPhase('black', 'low');
  await rig.untilPhase('black', 'unknown');
  expect(rig.told.slot('black')).toMatchObject({ level: null, sensor: 'stale', raw: 120 });
  rig.boardOf('black').write('slot=black raw=120\r\nslot=black raw=120\r\n');
  await rig.untilPhase('black', 'low');
  await rig.untilPhase('black', 'unknown');
  expect(rig.posts()).toEqual([]);
});

test('garbage, cut and split lines are not readings', async () => {
  const rig = await startRig({ lineEveryMs: 10 });
  const board = rig.boardOf('black');
  await rig.stock('black');
  for (let index = 0; index < 60; index += 1) {
    // No line end inside that would cut one of the board's own lines into a lower number.
    board.write(Buffer.from([0xff, 0x00, 0x80, 0x1b, 0x0a]));
    board.write('slot=black raw=\r\n');
    board.write('raw=1\r\nslot=black raw=1 2\r\nslot=black raw=1,5\r\n\r\nxslot=black raw=1\r\n');
    board.write('slot=black raw=9');
    await sleep(2);
    board.write('00\r\n');
    await sleep(5);
  }
  board.write(`slot=black raw=${'1'.repeat(100_000)}\r\n`);
  await rig.linger('black', 80);
  expect(rig.told.phases('black')).toEqual(['unknown', 'stocked']);
  expect(rig.posts()).toEqual([]);
});

test('the rest of a line that was under way when the port was opened is not a reading', async () => {
  const rig = await startRig({ isHeldBack: true });
  const board = rig.boardOf('black');
  rig.startAgent();
  // Comes as soon as the port is open: 20 is the tail of 920.
  await rig.until('the port is open', () => board.write('20\r\n') > 0);
  await rig.stock('black', 92);
  expect(rig.told.phases('black')).not.toContain('low');
  expect(rig.told.slot('black')?.raw).toBe(920);
});

test('one odd low reading among high ones is not even low', async () => {
  const rig = await startRig({ slots: { black: { settings: { filter: { median: 3 } } } } });
  await rig.stock('black');
  for (let index = 0; index < 10; index += 1) {
    await rig.until('high readings', () => rig.boardOf('black').linesSent('black') >= 4);
    rig.boardOf('black').write('slot=black raw=1\r\n');
    rig.show('black', 90);
  }
  await rig.linger('black', 80);
  expect(rig.told.phases('black')).toEqual(['unknown', 'stocked']);
  expect(rig.posts()).toEqual([]);
});

test('low readings that never come in a row order nothing', async () => {
  const rig = await startRig({ lineEveryMs: 1000 });
  const board = rig.boardOf('black');
  await rig.until('the port is open', () => board.write('\r\n') > 0);
  for (let index = 0; index < 100; index += 1) {
    board.write('slot=black raw=10\r\nslot=black raw=10\r\nslot=black raw=900\r\n');
    await sleep(2);
  }
  await rig.showUntilSeen('black', 80);
  expect(rig.told.phases('black')).toContain('low');
  expect(rig.posts()).toEqual([]);
});

test('readings that jump about between empty and 60 % make a slot unknown, and order nothing', async () => {
  const settings = { filter: { median: 5 }, confirm: { samples: 5 } };
  const rig = await startRig({ slots: { black: { settings } }, lineEveryMs: 1000 });
  const board = rig.boardOf('black');
  const random = seeded(1);
  rig.show('black', 90);
  await rig.until('the port is open', () => board.write('\r\n') > 0);
  board.write('slot=black raw=900\r\n'.repeat(20));
  await rig.untilPhase('black', 'stocked');
  rig.showRaw('black', null);
  for (let index = 0; index < 100; index += 1) {
    for (let line = 0; line < 3; line += 1) board.write(`slot=black raw=${Math.round(600 * random())}\r\n`);
    await sleep(2);
  }
  await rig.untilPhase('black', 'unknown');
  expect(rig.told.slot('black')).toMatchObject({ level: null, sensor: 'fault' });
  board.write('slot=black raw=900\r\n'.repeat(20));
  await rig.until('the level is believed again', () => rig.told.slot('black')?.level === 90);
  expect(rig.posts()).toEqual([]);
});

test('a level at reorderAt is low, one above it is not; one at rearmAt is a refill', async () => {
  const rig = await startRig({ slots: { at: {}, above: {} } });
  rig.show('above', 20.1);
  rig.show('at', 20);
  await rig.untilPhase('at', 'on-order');
  await rig.until('40 readings', () => rig.boardOf('above').linesSent('above') > 40);
  expect(rig.told.standing('above')).toBe('stocked');
  await rig.linger('at', 59.9);
  expect(rig.told.standing('at')).toBe('on-order');
  rig.show('at', 60);
  await rig.untilPhase('at', 'stocked');
  expect(rig.posts()).toHaveLength(1);
});

test('a board that is unplugged while low orders nothing on old readings, and goes on when it is back', async () => {
  const rig = await startRig({
    slots: { black: { settings: { staleAfter: '2s', confirm: { samples: 100 } } } },
  });
  const board = rig.boardOf('black');
  await rig.stock('black');
  rig.show('black', 12);
  await rig.untilPhase('black', 'low');
  board.unplug();
  await rig.until('the loss is told', () => rig.told.device()?.hardware['board0']?.state === 'failed');
  expect(rig.told.device()?.hardware['board0']?.error).toMatch(/unplugged|not there/);
  await rig.untilPhase('black', 'unknown');
  expect(rig.told.slot('black')).toMatchObject({ level: null, sensor: 'stale' });
  expect(rig.posts()).toEqual([]);

  board.plugIn();
  await rig.untilPhase('black', 'low');
  expect(rig.posts()).toEqual([]);
  await rig.untilPhase('black', 'on-order');
  expect(rig.told.device()?.hardware['board0']).toMatchObject({ state: 'open', error: null });
  expect(rig.sandbox.purchases('black')).toBe(1);
});

test('a board that falls silent without going away is noticed, reopened and reported', async () => {
  const rig = await startRig({ slots: { black: { settings: { staleAfter: '1s' } } } });
  await rig.stock('black');
  rig.showRaw('black', null);
  await rig.until('silence is told', () => rig.told.device()?.hardware['board0']?.state === 'silent');
  await rig.untilPhase('black', 'unknown');
  rig.show('black', 12);
  await rig.untilPhase('black', 'on-order');
  expect(rig.told.device()?.hardware['board0']).toMatchObject({ state: 'open', error: null });
});
