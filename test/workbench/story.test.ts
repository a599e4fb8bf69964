import { describe, expect, test } from 'vitest';
import { replenishNews, showAfter, slotNews } from './fixtures.ts';
import { type News, readMessage } from './news.ts';
import { cyclesOf, isProven, learn, type Show } from './show.ts';
import { tell } from './story.ts';

/** One whole depletion of a slot, seen from outside. */
function cycle(slot: string): readonly News[] {
  return [
    { kind: 'ran-low', slot },
    slotNews(slot, 'low', 19.4),
    replenishNews(slot),
    slotNews(slot, 'on-order', 15),
    { kind: 'refilled', slot, by: 'parcel' },
    slotNews(slot, 'stocked', 96.1),
  ];
}

function textsOf(show: Show, news: News): readonly string[] {
  return tell(show, news).map(({ who, text }) => `${who}: ${text}`);
}

describe('tell', () => {
  test('says what happens in a depletion, and why', () => {
    let show = showAfter({ kind: 'status', isOnline: true }, slotNews('beans', 'stocked', 40));
    const story: string[] = [];
    for (const news of cycle('beans')) {
      story.push(...textsOf(show, news));
      show = learn(show, news);
    }
    expect(story).toEqual([
      'machine: Coffee beans is truly down to 20 %',
      'Coffee beans: low (19.4 %), at or below 20 %: being confirmed',
      'Coffee beans: POST /replenish/beans -> 200 TEST_ORDER_PLACED',
      'Coffee beans: on order: no other one before a refill to 60 %',
      'customer: gets the parcel and refills Coffee beans',
      'Coffee beans: stocked again (96.1 %): cycle 1 is complete',
    ]);
    expect(cyclesOf(show)).toBe(1);
    expect(isProven(show)).toBe(true);
  });

  test('says nothing when a slot only drifts', () => {
    expect(textsOf(showAfter(slotNews('beans', 'stocked', 40)), slotNews('beans', 'stocked', 39))).toEqual(
      [],
    );
  });

  test('tells a last will from a farewell', () => {
    const online = showAfter({ kind: 'agent-started', pid: 1 }, { kind: 'status', isOnline: true });
    const offline: News = { kind: 'status', isOnline: false };
    expect(textsOf(online, offline)).toEqual(['agent: says that it goes offline']);
    expect(textsOf(learn(online, { kind: 'agent-killed' }), offline)).toEqual([
      'broker: publishes the last will of the agent: offline',
    ]);
  });

  test('cries out at a second order for one depletion', () => {
    const show = showAfter(...cycle('beans').slice(0, 4));
    const second = replenishNews('beans');
    expect(textsOf(show, second)).toContain('DRS: one order too many: this must never happen');
    expect(isProven(learn(show, second))).toBe(false);
  });

  test('cries out at an order without any depletion', () => {
    const show = showAfter(slotNews('beans', 'stocked', 40));
    expect(isProven(learn(show, replenishNews('beans')))).toBe(false);
  });

  test('cries out at a request that is not by the letter', () => {
    const news = { ...replenishNews('beans'), isPurchase: false, violations: ['a header is missing'] };
    const show = showAfter();
    expect(textsOf(show, news)).toContain('DRS: not by the letter: a header is missing');
    expect(isProven(learn(show, news))).toBe(false);
  });
});

describe('the books', () => {
  test('forgive an order that crossed a refill by hand', () => {
    const show = showAfter(
      { kind: 'ran-low', slot: 'milk' },
      { kind: 'refilled', slot: 'milk', by: 'hand' },
      replenishNews('milk'),
      slotNews('milk', 'stocked', 97),
      { kind: 'ran-low', slot: 'milk' },
      replenishNews('milk'),
    );
    const tally = show.slots.find(({ key }) => key === 'milk')?.tally;
    expect(tally).toMatchObject({ depletions: 2, orders: 2, surplus: 0, endedUnordered: 0 });
  });

  test('count a cycle only when the agent has seen the refill', () => {
    const [low, seen, bought, onOrder, refill] = cycle('milk');
    const before = [low, seen, bought, onOrder, refill].filter((news) => news !== undefined);
    expect(cyclesOf(showAfter(...before))).toBe(0);
    expect(cyclesOf(showAfter(...before, slotNews('milk', 'stocked', 90)))).toBe(1);
  });
});

describe('readMessage', () => {
  const read = (topic: string, payload: string): News => readMessage('replenish/d', topic, payload);

  test('reads what the contract names', () => {
    expect(read('replenish/d/status', 'online')).toEqual({ kind: 'status', isOnline: true });
    expect(read('replenish/d/token/request', '{"reason":"start"}')).toEqual({
      kind: 'token-request',
      reason: 'start',
    });
    expect(
      read('replenish/d/slots/a', '{"phase":"low","reason":null,"level":19.4,"why":"w","more":1}'),
    ).toEqual({ kind: 'slot', slot: 'a', phase: 'low', reason: null, level: 19.4, why: 'w' });
  });

  test('reads alerts as their sentences', () => {
    expect(read('replenish/d/alerts', '[{"id":"clock","text":"The clock is wrong."}]')).toEqual({
      kind: 'alerts',
      texts: ['The clock is wrong.'],
    });
  });

  test.each([
    ['replenish/d/alerts', '{}'],
    ['replenish/d/slots/a', 'not JSON'],
    ['replenish/d/slots/a', '{"phase":1}'],
    ['replenish/d/slots/a/elsewhere', '{"outcome":"placed","detailCode":null,"message":null,"attempt":1}'],
    ['replenish/d/device', '[]'],
    ['replenish/other/status', 'online'],
  ])('names what the contract does not: %s %s', (topic, payload) => {
    expect(read(topic, payload)).toEqual({ kind: 'unreadable', topic });
  });
});
