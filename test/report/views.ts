import fc from 'fast-check';
import type { LastOrder, OrderEvent } from '../../agent/policy/slot-state.ts';
import type { DeviceView } from '../../agent/report/device-payload.ts';
import type { SlotView } from '../../agent/report/payload.ts';

const name = fc.stringMatching(/^[A-Za-z0-9_-]{1,64}$/);
const text = fc.string({ unit: 'binary' });
const textOrNull = fc.option(text);
/** Any number a clock or a bug may yield. */
const wallMs = fc.oneof(fc.double(), fc.integer({ min: 0, max: 4e12 }));
const level = fc.option(fc.oneof(fc.double({ noNaN: false }), fc.double({ min: 0, max: 100 })));
const outcome = fc.constantFrom<OrderEvent['outcome'][]>(
  'placed',
  'in-progress',
  'refused',
  'failed',
  'in-doubt',
  'dry-run',
);
const attempt = fc.integer({ min: 1 });
const orderId = fc.string({ minLength: 1 });

/** Order events with hostile texts and clocks. */
export const orderEvents: fc.Arbitrary<OrderEvent> = fc.record({
  orderId,
  attempt,
  slotId: text,
  outcome,
  detailCode: textOrNull,
  eventInstanceId: textOrNull,
  httpStatus: fc.option(fc.integer({ min: 100, max: 599 })),
  message: textOrNull,
  requestId: textOrNull,
  level,
  atMs: wallMs,
});

const lastOrders: fc.Arbitrary<LastOrder> = fc.record({
  orderId,
  attempt,
  outcome,
  detailCode: textOrNull,
  eventInstanceId: textOrNull,
  atMs: wallMs,
});

const holdReason = fc.constantFrom<NonNullable<SlotView['reason']>[]>(
  'auth',
  'unsubscribed',
  'unknown-slot',
  'cancelled-once',
  'cancelled-twice',
  'budget',
  'in-doubt',
  'state-lost',
  'dry-run',
);

const slotFields = {
  level,
  raw: fc.option(fc.oneof(fc.double({ noNaN: true, noDefaultInfinity: true }), fc.integer())),
  sensor: fc.constantFrom<SlotView['sensor'][]>('ok', 'stale', 'fault'),
  emptyAtMs: fc.option(wallMs),
  lastOrder: fc.option(lastOrders),
  snoozedUntilMs: fc.option(wallMs),
  subscribed: fc.option(fc.boolean()),
  why: text,
  warning: textOrNull,
  isNoisy: fc.boolean(),
  isConfirmed: fc.boolean(),
  nextWakeAtMs: fc.option(wallMs),
  standsSince: fc.option(fc.record({ wallMs, atLeastMs: fc.nat({ max: 5e9 }) })),
  atMs: wallMs,
};

export const slotViews: fc.Arbitrary<SlotView> = fc.oneof(
  fc.record({ ...slotFields, phase: fc.constant<'held'>('held'), reason: holdReason }),
  fc.record({
    ...slotFields,
    phase: fc.constantFrom<SlotView['phase'][]>(
      'unknown',
      'stocked',
      'low',
      'ordering',
      'in-doubt',
      'on-order',
    ),
    reason: fc.option(holdReason),
  }),
);

const count = fc.nat();

export const deviceViews: fc.Arbitrary<DeviceView> = fc.record({
  version: fc.string({ minLength: 1 }),
  startedAtMs: wallMs,
  clockTrusted: fc.boolean(),
  hardware: fc.dictionary(
    fc.oneof(name, fc.constant('__proto__'), fc.constant('constructor')),
    fc.record({
      driver: fc.string({ minLength: 1 }),
      state: fc.constantFrom<DeviceView['hardware'][string]['state'][]>(
        'opening',
        'open',
        'silent',
        'failed',
        'closed',
      ),
      lastReadingAtMs: fc.option(wallMs),
      error: textOrNull,
      badFrames: count,
      emptyFrames: count,
      reopens: count,
    }),
  ),
  sensors: fc.dictionary(
    name,
    fc.record({
      readings: count,
      outOfRange: count,
      sentinels: count,
      noisySpells: count,
      jumps: count,
      sameSinceMs: fc.option(wallMs),
    }),
  ),
  token: fc.record({
    state: fc.constantFrom<DeviceView['token']['state'][]>(
      'missing',
      'valid',
      'expired',
      'rejected',
      'revoked',
      'misconfigured',
      'not-needed',
    ),
    expiresAtMs: fc.option(wallMs),
  }),
  outbox: fc.record({ depth: count, dropped: count }),
  drs: fc.record({ error: textOrNull }),
  store: fc.record({
    state: fc.constantFrom<DeviceView['store']['state'][]>('ok', 'quarantined', 'failed'),
    error: textOrNull,
  }),
  config: fc.record({ error: textOrNull }),
  atMs: wallMs,
});
