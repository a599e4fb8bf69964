import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { exposition, type Family } from '../../agent/metrics/exposition.ts';
import { metricFamilies } from '../../agent/metrics/families.ts';
import { Tally } from '../../agent/metrics/tally.ts';
import { NEW_RECORD } from '../../agent/policy/decide.ts';
import { orderPayload } from '../../agent/report/payload.ts';
import type { StateStore } from '../../agent/store/state-store.ts';
import { codeIn, read, table } from '../docs/markdown.ts';
import { DEVICE, SLOT } from '../report/calm-views.ts';
import { deviceViews, orderEvents, slotViews } from '../report/views.ts';
import { readOpenMetrics } from './openmetrics.ts';

const PROCESS = {
  uptimeS: 12.5,
  residentBytes: 8e7,
  cpuS: 0.25,
  loopDelay: { p50S: 0.0201, p99S: 0.03, maxS: 1e-7 },
};

const gauge = (help: string, labels: Readonly<Record<string, string>>, value: number): Family => ({
  name: 'g',
  type: 'gauge',
  help,
  samples: [{ labels, value }],
});

/** A tally through which these commits went. */
function tallied(reports: readonly string[], writes = true): Tally {
  const tally = new Tally();
  const store = {
    commitAll: () => {
      if (!writes) throw new Error('disk full');
    },
  } as Partial<StateStore> as StateStore;
  tally.counting(store).commitAll([{ slot: 'black', record: NEW_RECORD, reports }]);
  return tally;
}

describe('the text of metrics', () => {
  it('is what the specification shows for a counter, a gauge with a unit, and nothing', () => {
    expect(
      exposition([
        { name: 'a', type: 'counter', help: 'A.', samples: [{ labels: { x: '1', y: '2' }, value: 3 }] },
        {
          name: 'b_seconds',
          type: 'gauge',
          unit: 'seconds',
          help: 'B.',
          samples: [{ labels: {}, value: 0.5 }],
        },
        { name: 'c', type: 'gauge', help: 'C.', samples: [] },
      ]),
    ).toBe(
      '# TYPE a counter\n# HELP a A.\na_total{x="1",y="2"} 3\n# TYPE b_seconds gauge\n# UNIT b_seconds seconds\n# HELP b_seconds B.\nb_seconds 0.5\n# EOF\n',
    );
  });

  it('can be read back whatever a label, a help text or a number is', () => {
    const sign = fc.constantFrom('"', '\\', '\n', '\r', ',', '}', '\ud800', '\u2028', 'n');
    const text = fc.oneof(fc.string({ unit: 'binary' }), fc.string({ unit: sign }));
    fc.assert(
      fc.property(text, text, fc.double(), (help, label, value) => {
        const read = readOpenMetrics(exposition([gauge(help, { label }, value)])).get('g')?.samples[0];
        expect(read?.labels).toEqual({ label: label.toWellFormed() });
        expect(read?.value === 0 ? 0 : read?.value).toBe(value === 0 ? 0 : value);
      }),
    );
  });

  it('is by the specification for whatever device, slots and orders there are', () => {
    const name = fc.stringMatching(/^[A-Za-z0-9_-]{1,64}$/);
    fc.assert(
      fc.property(
        deviceViews,
        fc.array(fc.tuple(name, slotViews)),
        fc.array(orderEvents),
        (device, slots, events) => {
          const families = metricFamilies({
            deviceId: 'd',
            device,
            slots: new Map(slots),
            alerts: [],
            isConnected: true,
            counts: tallied(events.map(orderPayload)).counts(),
            runtime: PROCESS,
          });
          readOpenMetrics(exposition(families));
        },
      ),
    );
  });

  it.each([
    ['without its end', 'a 1\n'],
    ['with a family in two pieces', '# TYPE a gauge\na 1\n# TYPE b gauge\nb 1\na{x="1"} 1\n# EOF\n'],
    ['with a counter without its suffix', '# TYPE a counter\na 1\n# EOF\n'],
    ['with a series twice', '# TYPE a gauge\na 1\na 2\n# EOF\n'],
    ['with a quote in a label', '# TYPE a gauge\na{x="""} 1\n# EOF\n'],
    ['with a unit that the name does not have', '# TYPE a gauge\n# UNIT a seconds\na 1\n# EOF\n'],
  ])('is found wrong by the reader of these tests %s', (_, wrong) => {
    expect(() => readOpenMetrics(wrong)).toThrow(/./);
  });
});

it('has exactly the metrics that the README lists', () => {
  const hardware = {
    driver: 'lines',
    state: 'open' as const,
    lastReadingAtMs: null,
    error: null,
    badFrames: 0,
    emptyFrames: 0,
    reopens: 0,
  };
  const sensor = { readings: 1, outOfRange: 0, sentinels: 0, noisySpells: 0, jumps: 0, sameSinceMs: null };
  const families = metricFamilies({
    deviceId: 'd',
    device: { ...DEVICE, sensors: { black: sensor }, hardware: { scale: hardware } },
    slots: new Map([['black', { ...SLOT, emptyAtMs: 1 }]]),
    alerts: [],
    isConnected: true,
    counts: tallied([JSON.stringify({ outcome: 'refused', detailCode: null, httpStatus: 400 })]).counts(),
    runtime: PROCESS,
  });
  const told = [...readOpenMetrics(exposition(families)).values()].map(({ samples }) => samples[0]?.name);
  const documented = table(read('README.md'), 'Metric').flatMap(([names = '']) => codeIn(names));
  expect(new Set(told)).toEqual(new Set(documented));
});

describe('the tally', () => {
  it('counts outcomes by code, refusals by status, and at most fifty codes', () => {
    const event = (change: object): string =>
      JSON.stringify({ outcome: 'placed', detailCode: 'STANDARD_ORDER_PLACED', httpStatus: 200, ...change });
    const codes = Array.from({ length: 70 }, (_, index) => event({ detailCode: `CODE_${index}` }));
    const refused = event({ outcome: 'refused', detailCode: null, httpStatus: 400 });
    const { orders, refusals, decisions } = tallied([event({}), event({}), refused, ...codes]).counts();
    expect(orders.get('placed STANDARD_ORDER_PLACED')?.count).toBe(2);
    expect(orders.get('refused ')?.labels).toEqual({ outcome: 'refused', detail_code: '' });
    expect(orders.get('placed other')?.count).toBe(27);
    expect([...refusals]).toEqual([[400, 1]]);
    expect([...decisions].filter(([, count]) => count > 0)).toEqual([['settled', 1]]);
  });

  it('begins with a series at 0 for each outcome that is documented, and for each kind of decision', () => {
    const { orders, decisions } = tallied([]).counts();
    expect([...orders.values()].every(({ count }) => count === 0)).toBe(true);
    expect([...orders.keys()]).toEqual([
      'placed STANDARD_ORDER_PLACED',
      'placed TEST_ORDER_PLACED',
      'in-progress ORDER_INPROGRESS',
      'refused ',
      'failed ',
      'in-doubt ',
      'dry-run ',
    ]);
    expect([...decisions.keys()]).toEqual(['due', 'sending', 'on-order', 'held', 'settled']);
  });

  it('counts nothing that did not become durable', () => {
    expect(() => tallied([], false)).toThrow('disk full');
  });
});
