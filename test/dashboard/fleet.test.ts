import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { createFleet } from '../../config/dashboard/model/fleet.ts';
import { happeningOf } from '../../config/dashboard/model/happening.ts';
import { createHistory } from '../../config/dashboard/model/history.ts';
import { type Heard, readMessage } from '../../config/dashboard/model/wire.ts';
import { SLOT } from './fleet-publisher.ts';

function slotMessage(more: Readonly<Record<string, unknown>>): Extract<Heard, { kind: 'slot' }> {
  const heard = readMessage('p', 'p/m/slots/beans', JSON.stringify({ ...SLOT, ...more }));
  if (heard?.kind !== 'slot') throw new Error('The page does not understand the sample.');
  return heard;
}

const orderMessage = (attempt: number, outcome: string) =>
  given(
    readMessage(
      'p',
      'p/m/slots/beans/order',
      JSON.stringify({
        ...{
          orderId: 'o',
          attempt,
          outcome,
          detailCode: outcome === 'placed' ? 'STANDARD_ORDER_PLACED' : null,
        },
        ...{ httpStatus: 200, message: null, level: 9, at: SLOT.at },
      }),
    ),
  );

function given<Value>(value: Value | null): Value {
  if (value === null) throw new Error('The page does not understand the sample.');
  return value;
}

describe('a fleet', () => {
  test('holds an order that is delivered twice once, the newest first', () => {
    const fleet = createFleet();
    fleet.hear(orderMessage(1, 'failed'));
    fleet.hear(orderMessage(2, 'placed'));
    expect(fleet.hear(orderMessage(1, 'failed')).kind).toBe('ignored');
    const orders = fleet.devices.get('m')?.slots.get('beans')?.orders;
    expect(orders?.map(({ attempt }) => attempt)).toEqual([2, 1]);
  });

  test('is bounded, whatever a broker sends', () => {
    const fleet = createFleet(3);
    for (let index = 0; index < 10; index += 1)
      fleet.hear({ kind: 'status', device: `m${index}`, isOnline: true });
    for (let index = 0; index < 100; index += 1) {
      fleet.hear({ ...slotMessage({}), device: 'm1', slot: `s${index}` });
      fleet.hear(orderMessage(index + 1, 'failed'));
    }
    expect(fleet.devices.size).toBe(3);
    expect(fleet.devices.get('m1')?.slots.size).toBe(64);
    expect(fleet.overflow()).toBe(7 + 36 + 100);
  });

  test('forgets what the broker was told to forget', () => {
    const fleet = createFleet();
    fleet.hear(slotMessage({}));
    expect(fleet.hear({ kind: 'gone', device: 'm', slot: 'beans' }).kind).toBe('gone');
    expect(fleet.hear({ kind: 'gone', device: 'm', slot: 'beans' }).kind).toBe('ignored');
    fleet.hear({ kind: 'gone', device: 'm', slot: null });
    expect(fleet.devices.size).toBe(0);
  });
});

describe('happeningOf', () => {
  const texts = (...messages: Parameters<ReturnType<typeof createFleet>['hear']>[0][]) => {
    const fleet = createFleet();
    return messages.flatMap((message) => happeningOf(fleet.hear(message))?.text ?? []);
  };

  test('tells of standings and orders, and not of levels or of what was so before', () => {
    expect(
      texts(
        slotMessage({}),
        slotMessage({ level: 70 }),
        slotMessage({ level: 9.04, phase: 'held', reason: 'auth' }),
        orderMessage(1, 'placed'),
        slotMessage({ level: 9.04, phase: 'held', reason: 'auth', sensor: 'stale' }),
      ),
    ).toEqual([
      'beans held: auth (level 9.0 %)',
      'beans order placed: STANDARD_ORDER_PLACED (attempt 1)',
      'beans sensor stale',
    ]);
  });

  test('tells of alerts that come and go', () => {
    const alert = { id: 'clock', severity: 'warning', since: 0, text: 'The clock is wrong.' } as const;
    const alerts = (...all: readonly (typeof alert)[]) =>
      ({ kind: 'alerts', device: 'm', alerts: all }) as const;
    expect(texts(alerts(), alerts(alert), alerts(alert), alerts())).toEqual([
      'alert: The clock is wrong.',
      'alert over: clock',
    ]);
  });

  test('tells when a device goes and comes back', () => {
    const status = (isOnline: boolean) => ({ kind: 'status', device: 'm', isOnline }) as const;
    expect(texts(status(true), status(true), status(false), status(true))).toEqual([
      'is offline',
      'is online',
    ]);
  });
});

describe('a history', () => {
  test('keeps its bounds and rising times, and its newest point, whatever arrives', () => {
    const points = fc.array(fc.tuple(fc.constantFrom('a', 'b', 'c'), fc.integer({ min: 0, max: 1e6 })), {
      maxLength: 200,
    });
    fc.assert(
      fc.property(points, (added) => {
        const history = createHistory(10, 2);
        for (const [key, atMs] of added) history.add(key, atMs, 50);
        const all = ['a', 'b', 'c'].map((key) => history.of(key).timesS);
        expect(all.filter(({ length }) => length > 0).length).toBeLessThanOrEqual(2);
        for (const times of all) {
          expect(times.length).toBeLessThanOrEqual(10);
          expect(times).toEqual([...new Set(times)].toSorted((a, b) => a - b));
        }
        const last = added.at(-1);
        if (last !== undefined) expect(history.of(last[0]).timesS.length).toBeGreaterThan(0);
      }),
    );
  });

  test('gets coarser in the past rather than forgetting it', () => {
    const history = createHistory(100, 1);
    for (let index = 1; index <= 1_000; index += 1) history.add('a', index * 1000, index % 100);
    const { timesS } = history.of('a');
    expect(timesS[0]).toBe(1);
    expect(timesS.at(-1)).toBe(1_000);
  });
});
