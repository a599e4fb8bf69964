import { expect, test } from 'vitest';
import type { CommandResult } from '../../agent/command/command.ts';
import { type OrderEnd, orderAndWait } from '../../agent/commands/order-flow.ts';
import type { LastOrderSeen, LiveFrame, SlotSeen } from '../../agent/local/service-view.ts';
import { DEVICE, frame, slotSeen } from '../local/pictures.ts';
import { VirtualTiming } from '../support/virtual-timing.ts';

const BEFORE: LastOrderSeen = {
  orderId: 'earlier',
  attempt: 1,
  outcome: 'placed',
  detailCode: 'STANDARD_ORDER_PLACED',
  eventInstanceId: null,
  at: '2026-11-20T00:00:00.000Z',
};
const NEXT = { ...BEFORE, orderId: 'next' };

type Story = {
  /** What is seen, one after the other; the last one stays. */
  readonly frames: readonly (LiveFrame | string)[];
  readonly result?: CommandResult;
  readonly isFresh?: boolean;
  readonly slot?: string;
};

async function tell({ frames, result, isFresh = false, slot = 'black' }: Story): Promise<{
  readonly end: OrderEnd;
  readonly told: readonly string[];
  /** How many frames were seen when the command was given; null when it never was. */
  readonly orderedAfter: number | null;
}> {
  const timing = new VirtualTiming();
  const told: string[] = [];
  let seen = 0;
  let orderedAfter: number | null = null;
  const end = await orderAndWait({
    slot,
    isFresh,
    timing,
    tell: (line) => told.push(line),
    counterpart: {
      perform: () => {
        orderedAfter = seen;
        return Promise.resolve(result ?? { ok: true, message: 'It goes to Amazon now.' });
      },
      nextFrame: (withinMs) => {
        const next = frames[Math.min(seen, frames.length - 1)];
        // What stays as it is comes when the wait is over.
        if (seen >= frames.length) timing.advance(withinMs);
        seen++;
        return Promise.resolve(next ?? 'Gone.');
      },
    },
  });
  return { end, told, orderedAfter };
}

const black = (change: Partial<SlotSeen>): LiveFrame =>
  frame({ black: slotSeen({ lastOrder: BEFORE, ...change }) });

test('the outcome is that of the new order, never of the one that stood there', async () => {
  const { end, orderedAfter } = await tell({
    frames: [
      black({}),
      black({ phase: 'ordering' }),
      black({ phase: 'on-order', lastOrder: { ...NEXT, eventInstanceId: 'amzn1.x' } }),
    ],
  });
  expect(orderedAfter).toBe(1);
  expect(end).toEqual({
    ok: true,
    message: "STANDARD_ORDER_PLACED\nThe order is placed: black, order next, Amazon's id amzn1.x.",
  });
});

test('an order that is open at Amazon already is an end, too', async () => {
  const lastOrder: LastOrderSeen = { ...NEXT, outcome: 'in-progress', detailCode: 'ORDER_INPROGRESS' };
  const { end } = await tell({ frames: [black({}), black({ phase: 'on-order', lastOrder })] });
  expect(end).toEqual({
    ok: true,
    message: expect.stringMatching(/^ORDER_INPROGRESS\nAn order .+ already: black/),
  });
});

test('a failure that is repeated by itself is waited through', async () => {
  const failed: LastOrderSeen = { ...NEXT, outcome: 'failed', detailCode: null };
  const { end } = await tell({
    frames: [
      black({}),
      black({ phase: 'ordering', lastOrder: failed }),
      black({ phase: 'on-order', lastOrder: { ...NEXT, attempt: 2 } }),
    ],
  });
  expect(end.ok).toBe(true);
});

test.each<{ name: string; story: Story; message: RegExp }>([
  {
    name: 'refused',
    story: { frames: [black({})], result: { ok: false, message: 'An order is under way.' } },
    message: /^An order is under way\.$/,
  },
  {
    name: 'held',
    story: { frames: [black({}), black({ phase: 'held', reason: 'unsubscribed', why: 'Not subscribed.' })] },
    message: /^black is held: Not subscribed\.$/,
  },
  {
    name: 'without an answer for long',
    story: { frames: [black({}), black({ phase: 'ordering', why: 'A pause.' })] },
    message: /^No order yet: A pause\. The service goes on by itself\.$/,
  },
  {
    name: 'of a slot that is none',
    story: { frames: [black({})], slot: 'blakc' },
    message: /no slot "blakc".+black/,
  },
  {
    name: 'of a slot called as a method',
    story: { frames: [black({})], slot: 'toString' },
    message: /no slot/,
  },
  { name: 'left alone by the service', story: { frames: [black({}), 'Gone.'] }, message: /^Gone\.$/ },
])('an order that is $name fails with the reason', async ({ story, message }) => {
  const { end } = await tell(story);
  expect(end).toEqual({ ok: false, message: expect.stringMatching(message) });
});

test('a fresh agent is given the order when the level is confirmed and the token there', async () => {
  const tokenless = { ...DEVICE, token: { state: 'missing' } };
  const { end, orderedAfter, told } = await tell({
    isFresh: true,
    frames: [
      frame(
        { black: slotSeen({ phase: 'unknown', isConfirmed: false, why: 'No reading has arrived yet.' }) },
        tokenless,
      ),
      frame({
        black: slotSeen({ phase: 'unknown', isConfirmed: false, why: 'No reading has arrived yet.' }),
      }),
      frame({ black: slotSeen({ why: 'Level 40 %.' }) }, tokenless),
      frame({ black: slotSeen({ why: 'Level 39 %.' }) }),
      black({ phase: 'on-order', lastOrder: NEXT }),
    ],
  });
  expect(orderedAfter).toBe(4);
  expect(end.ok).toBe(true);
  expect(told.filter((line) => line.startsWith('black: stocked'))).toHaveLength(1);
});

test('a fresh agent that needs no token waits for none', async () => {
  const reporting = frame({ black: slotSeen({}) }, { ...DEVICE, token: { state: 'not-needed' } });
  const { end, orderedAfter } = await tell({
    isFresh: true,
    result: { ok: false, message: 'Amazon orders.' },
    frames: [reporting, reporting, reporting],
  });
  expect({ end, orderedAfter }).toEqual({ end: { ok: false, message: 'Amazon orders.' }, orderedAfter: 2 });
});

test('a fresh agent that orders by itself is not told to order again', async () => {
  const { end, orderedAfter } = await tell({
    isFresh: true,
    frames: [
      black({ isConfirmed: false }),
      black({ phase: 'ordering' }),
      black({ phase: 'on-order', lastOrder: NEXT }),
    ],
  });
  expect({ ok: end.ok, orderedAfter }).toEqual({ ok: true, orderedAfter: null });
});

test('a fresh agent that has ordered by itself between two looks is not told to order again', async () => {
  const { end, orderedAfter } = await tell({
    isFresh: true,
    frames: [black({ isConfirmed: false }), black({ phase: 'on-order', lastOrder: NEXT })],
  });
  expect({ ok: end.ok, orderedAfter }).toEqual({ ok: true, orderedAfter: null });
});

test('a fresh agent that gets no reading asks the policy in the end, and says why not', async () => {
  const { end } = await tell({
    isFresh: true,
    frames: [black({ isConfirmed: false })],
    result: { ok: false, message: 'The level is unknown.' },
  });
  expect(end).toEqual({ ok: false, message: 'The level is unknown.' });
});
