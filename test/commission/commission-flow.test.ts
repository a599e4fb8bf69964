import { expect, test } from 'vitest';
import type { CommandResult, LocalCommand } from '../../agent/command/command.ts';
import { commission } from '../../agent/commission/commission-flow.ts';
import { type CommissionReport, type Findings, reportText } from '../../agent/commission/report.ts';
import type { LastOrderSeen, SlotSeen } from '../../agent/local/service-view.ts';
import { frame, slotSeen } from '../local/pictures.ts';
import { VirtualTiming } from '../support/virtual-timing.ts';

const EARLIER: LastOrderSeen = {
  orderId: 'earlier',
  attempt: 1,
  outcome: 'placed',
  detailCode: 'TEST_ORDER_PLACED',
  eventInstanceId: null,
  at: '2026-11-20T00:00:00.000Z',
};
const NEXT = { ...EARLIER, orderId: 'next', eventInstanceId: 'amzn1.x' };
const AT = '2026-11-23T15:00:00.000Z';

type Story = {
  /** What is seen, one after the other; the last one stays. Text: the service is gone. */
  readonly seen: readonly (Partial<SlotSeen> | string)[];
  readonly cancelling?: CommandResult;
};

async function tell({ seen, cancelling = { ok: true, message: 'Cancelled.' } }: Story) {
  const timing = new VirtualTiming();
  const told: string[] = [];
  const stands: string[] = [];
  const commands: LocalCommand[] = [];
  let looks = 0;
  const findings = await commission({
    slot: 'black',
    timing,
    now: () => AT,
    onStand: (sentence) => stands.push(sentence),
    person: {
      isThere: true,
      tell: (line) => told.push(line),
      show: () => undefined,
      ask: () => Promise.resolve(null),
    },
    counterpart: {
      perform: (command) => {
        commands.push(command);
        return Promise.resolve(cancelling);
      },
      nextFrame: (withinMs) => {
        const next = seen[Math.min(looks++, seen.length - 1)] ?? 'Gone.';
        timing.advance(withinMs);
        return Promise.resolve(
          typeof next === 'string' ? next : frame({ black: slotSeen({ lastOrder: EARLIER, ...next }) }),
        );
      },
    },
  });
  return { findings, told, stands, commands };
}

const GOOD: Story['seen'] = [
  { phase: 'unknown' },
  {},
  {},
  { phase: 'low', level: 12, raw: 120 },
  { phase: 'ordering', level: 11, raw: 110 },
  { phase: 'on-order', lastOrder: NEXT },
  { phase: 'on-order', lastOrder: NEXT },
  { phase: 'stocked', level: 95, raw: 950, lastOrder: NEXT },
];

test('from full to empty to full: the test order is seen, cancelled once, and the refill is seen', async () => {
  const { findings, told, commands, stands } = await tell({ seen: GOOD });
  expect(findings).toEqual({
    low: { at: AT, raw: 120, level: 12 },
    order: NEXT,
    cancelledAt: AT,
    refilled: { at: AT, raw: 950, level: 95 },
    failure: null,
  });
  expect(commands).toEqual([{ kind: 'cancel-test', slot: 'black' }]);
  expect(told.map((line) => line.slice(0, 2))).toEqual(['1.', '2.', '  ', '3.', '  ']);
  expect(stands.at(0)).toBe('Nothing was ordered.');
  expect(stands.at(-1)).toMatch(/cancelled\. Nothing more is ordered before a refill to 60 %/);
});

test('an order that was placed between two looks is seen all the same', async () => {
  const { findings } = await tell({ seen: [{}, ...GOOD.slice(5)] });
  expect(findings).toMatchObject({ order: NEXT, failure: null });
});

test.each<{ name: string; story: Story; failure: RegExp; cancels?: number }>([
  {
    name: 'a real order',
    story: { seen: [{}, { phase: 'on-order', lastOrder: { ...NEXT, detailCode: 'STANDARD_ORDER_PLACED' } }] },
    failure: /^STANDARD_ORDER_PLACED: THIS WAS A REAL ORDER, next \(Amazon's id amzn1\.x\)/,
  },
  {
    name: 'a code that nobody knows',
    story: { seen: [{}, { phase: 'on-order', lastOrder: { ...NEXT, detailCode: 'GIFT_PLACED' } }] },
    failure: /^GIFT_PLACED: THIS WAS A REAL ORDER/,
  },
  {
    name: 'an earlier order that is open at Amazon',
    story: { seen: [{}, { phase: 'on-order', lastOrder: { ...NEXT, outcome: 'in-progress' } }] },
    failure: /earlier order .+ cancel-test/,
  },
  {
    name: 'a hold',
    story: {
      seen: [{}, { phase: 'low' }, { phase: 'held', reason: 'unsubscribed', why: 'Not subscribed.' }],
    },
    failure: /held: Not subscribed\.$/,
  },
  {
    name: 'a cancelling that is refused',
    story: { seen: GOOD, cancelling: { ok: false, message: 'DRS said no.' } },
    failure: /could not be cancelled: DRS said no\.$/,
    cancels: 1,
  },
  {
    name: 'an order that is open at the start',
    story: { seen: [{ phase: 'on-order' }] },
    failure: /open already/,
  },
  { name: 'a slot that is low at the start', story: { seen: [{ phase: 'low' }] }, failure: /Fill it first/ },
  {
    name: 'a service that stops',
    story: { seen: [{}, {}, 'The service has stopped.'] },
    failure: /has stopped/,
  },
  { name: 'nobody who drains', story: { seen: [{}] }, failure: /^Nothing came of it in time/ },
])('$name does not pass, and says why', async ({ story, failure, cancels = 0 }) => {
  const { findings, commands } = await tell(story);
  expect(findings.failure).toMatch(failure);
  expect(commands).toHaveLength(cancels);
});

test('the report says all that was seen, who was there, and that it passed or why not', () => {
  const findings: Findings = {
    low: { at: AT, raw: 120, level: 12 },
    order: NEXT,
    cancelledAt: AT,
    refilled: null,
    failure: 'The service has stopped.',
  };
  const report: CommissionReport = {
    device: 'kitchen-printer-7',
    slot: 'black',
    slotId: 'id-black',
    sensor: { from: 'scale', channel: '1' },
    calibration: [
      [120, 0],
      [880, 100],
    ],
    ...findings,
    isPassed: false,
    version: '0.1.0',
    startedAt: AT,
    endedAt: AT,
    by: 'Ada\x1b[2J',
  };
  expect(reportText(report)).toBe(`Commissioning of kitchen-printer-7, slot black: NOT PASSED
  DRS slot id   id-black
  sensor        scale, channel 1
  calibration   120 = 0 %, 880 = 100 %
  low           ${AT} at 12 %, raw 120
  order         TEST_ORDER_PLACED 2026-11-20T00:00:00.000Z
  order id      next
  Amazon's id   amzn1.x
  cancelled     ${AT}
  refilled      not seen
  agent         0.1.0
  signed        Ada [2J, ${AT}

The service has stopped.
`);
});
