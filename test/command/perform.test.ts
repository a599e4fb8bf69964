import { expect, it } from 'vitest';
import { createPerformer } from '../../agent/command/perform.ts';
import type { ByHand } from '../../agent/policy/decision.ts';

const NOW_MS = Date.UTC(2026, 10, 23);

function setUp({ wallTrusted = true, isConnected = true } = {}) {
  const asked: (readonly [string, ByHand])[] = [];
  const perform = createPerformer({
    clock: { wallMs: () => NOW_MS, wallTrusted: () => wallTrusted },
    askSlot: (slot, event) => {
      if (slot === 'gone') return null;
      asked.push([slot, event]);
      return { ok: true, message: 'Done.' };
    },
    report: () => isConnected,
    askOrder: async (slot) => (slot === 'black' ? 'Order e1: Shipped.' : null),
    cancelTest: async (slot) => ({ ok: true, message: `cancelled ${slot}` }),
  });
  return { asked, perform };
}

it('hands to the slot what concerns it, before it returns', () => {
  const { asked, perform } = setUp();
  void perform({ kind: 'order', slot: 'black' });
  void perform({ kind: 'rearm', slot: 'black' });
  void perform({ kind: 'resolve', slot: 'cyan', verdict: 'placed' });
  void perform({ kind: 'snooze', slot: 'black', span: { forMs: 5 } });
  void perform({ kind: 'snooze', slot: 'black', span: { untilMs: NOW_MS + 7 } });
  void perform({ kind: 'snooze', slot: 'black', span: null });
  expect(asked).toEqual([
    ['black', { kind: 'order' }],
    ['black', { kind: 'rearm' }],
    ['cyan', { kind: 'resolve', verdict: 'placed' }],
    ['black', { kind: 'snooze', forMs: 5 }],
    ['black', { kind: 'snooze', forMs: 7 }],
    ['black', { kind: 'snooze', forMs: null }],
  ]);
});

it('refuses a slot that is gone, a time that has passed, and a time on a clock in doubt', async () => {
  const { perform } = setUp();
  expect(await perform({ kind: 'order', slot: 'gone' })).toMatchObject({ ok: false });
  const late = { kind: 'snooze', slot: 'black', span: { untilMs: NOW_MS } } as const;
  expect(await perform(late)).toMatchObject({ ok: false, message: expect.stringMatching(/passed/) });
  const { asked, perform: unsure } = setUp({ wallTrusted: false });
  const until = { kind: 'snooze', slot: 'black', span: { untilMs: NOW_MS + 7 } } as const;
  expect(await unsure(until)).toMatchObject({ ok: false, message: expect.stringMatching(/clock/) });
  expect(asked).toEqual([]);
});

it('says whether a report found a connection, and passes on what became of test orders', async () => {
  expect(await setUp().perform({ kind: 'report', slot: null })).toMatchObject({ ok: true });
  expect(await setUp({ isConnected: false }).perform({ kind: 'report', slot: null })).toMatchObject({
    ok: false,
  });
  expect(await setUp().perform({ kind: 'cancel-test', slot: 'black' })).toEqual({
    ok: true,
    message: 'cancelled black',
  });
});

it('tells with the report of one slot how far its open order has come, and asks nobody for the others', async () => {
  const { perform } = setUp();
  expect(await perform({ kind: 'report', slot: 'black' })).toEqual({
    ok: true,
    message: 'The state is published again. Order e1: Shipped.',
  });
  for (const slot of ['cyan', null])
    expect((await perform({ kind: 'report', slot })).message).toBe('The state is published again.');
});
