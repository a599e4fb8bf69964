import { expect, test } from 'vitest';
import { startRig } from '../support/rig.ts';
import type { SlotPlan } from './rig-settings.ts';

const BOARDS = 4;
const SLOTS_PER_BOARD = 16;

test('64 slots on 4 ports are ordered once each, while a fifth port is dead and one order fails', async () => {
  const names = Array.from({ length: BOARDS * SLOTS_PER_BOARD }, (_, index) => `slot${index}`);
  const plans = names.map((name, index): [string, SlotPlan] => [name, { board: index % BOARDS }]);
  const rig = await startRig({
    boards: BOARDS,
    lineEveryMs: 100,
    slots: { ...Object.fromEntries(plans), orphan: {} },
    config: {
      hardware: { dead: { driver: 'lines', port: '/dev/serial/by-id/dead', pattern: '(?<value>.+)' } },
      slots: { orphan: { sensor: { from: 'dead', channel: undefined } } },
    },
  });
  rig.sandbox.fault({ kind: 'status', status: 500, slotId: 'slot7', times: 2 });
  rig.sandbox.fault({ kind: 'hang', when: 'after-order', slotId: 'slot8' });
  for (const name of names) rig.show(name, 90);
  for (const name of names) await rig.untilPhase(name, 'stocked');
  for (const name of names) rig.show(name, 12);
  const well = names.filter((name) => name !== 'slot8');
  for (const name of well) await rig.untilPhase(name, 'on-order');
  for (let board = 0; board < BOARDS; board += 1) await rig.untilTaken(board);
  // Hanging is one slot's trouble only.
  expect(rig.told.standing('slot8')).toBe('ordering');

  for (const name of well)
    await rig.until(`${name} is reported`, () => rig.told.outcomes(name).includes('placed'));
  const wanted = names.map((name) => [name, 1]);
  expect(names.map((name) => [name, rig.sandbox.purchases(name)])).toEqual(wanted);
  expect(rig.posts()).toHaveLength(names.length + 2);
  expect(rig.told.orderEvents('slot7').map((event) => event.outcome)).toEqual(['failed', 'failed', 'placed']);
  expect(rig.told.slot('orphan')).toMatchObject({ phase: 'unknown', level: null });
  expect(rig.told.device()?.hardware['dead']).toMatchObject({ state: 'failed' });
  expect(rig.told.device()?.hardware['board0']).toMatchObject({ state: 'open', error: null });
});
