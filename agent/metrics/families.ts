import type { SlotPhase } from '../policy/slot-state.ts';
import type { Alert } from '../report/alerts.ts';
import type { DeviceView } from '../report/device-payload.ts';
import type { SlotView } from '../report/payload.ts';
import type { Family, Sample } from './exposition.ts';
import type { Counts } from './tally.ts';

/** What the agent is, and what it has counted, at the moment of a scrape. */
export type MetricFacts = {
  readonly deviceId: string;
  readonly device: DeviceView;
  readonly slots: ReadonlyMap<string, SlotView>;
  readonly alerts: readonly Alert[];
  readonly isConnected: boolean;
  readonly counts: Counts;
  readonly runtime: ProcessFacts;
};

export type ProcessFacts = {
  readonly uptimeS: number;
  readonly residentBytes: number;
  readonly cpuS: number;
  /** How late timers ran since the last scrape, seconds. */
  readonly loopDelay: { readonly p50S: number; readonly p99S: number; readonly maxS: number };
};

const PHASES: readonly SlotPhase[] = [
  'unknown',
  'stocked',
  'low',
  'ordering',
  'in-doubt',
  'on-order',
  'held',
];
const SEVERITIES: readonly Alert['severity'][] = ['critical', 'warning', 'info'];

/** Everything that `/metrics` tells. Pure. */
export function metricFamilies(facts: MetricFacts): readonly Family[] {
  return [
    ...deviceFamilies(facts),
    ...slotFamilies(facts),
    ...orderFamilies(facts),
    ...processFamilies(facts),
  ];
}

function deviceFamilies({ deviceId, device, alerts, isConnected, counts }: MetricFacts): readonly Family[] {
  const { clockTrusted, token, outbox, store } = device;
  return [
    {
      name: 'replenish_agent',
      type: 'info',
      help: 'The agent and its device.',
      samples: [{ labels: { version: device.version, device: deviceId }, value: 1 }],
    },
    gauge('replenish_clock_trusted', 'Whether the clock can be trusted.', clockTrusted),
    gauge('replenish_token_valid', 'Whether there is a token, or none is needed.', isUsable(token.state)),
    gauge('replenish_state_writable', 'Whether the state can be written.', store.state !== 'failed'),
    gauge('replenish_broker_connected', 'Whether the broker is connected.', isConnected),
    counter('replenish_broker_reconnects', 'Connections to the broker after the first.', [
      { labels: {}, value: Math.max(0, counts.connections - 1) },
    ]),
    gauge('replenish_outbox_events', 'Events that wait for the broker.', outbox.depth),
    counter('replenish_outbox_dropped', 'Events given up for lack of room since the state exists.', [
      { labels: {}, value: outbox.dropped },
    ]),
    {
      name: 'replenish_alerts',
      type: 'gauge',
      help: 'Alerts that stand now.',
      samples: SEVERITIES.map((severity) => ({
        labels: { severity },
        value: alerts.filter((alert) => alert.severity === severity).length,
      })),
    },
  ];
}

function isUsable(state: DeviceView['token']['state']): boolean {
  return state === 'valid' || state === 'not-needed';
}

function slotFamilies({ device, slots }: MetricFacts): readonly Family[] {
  const sensors = Object.entries(device.sensors);
  const hardware = Object.entries(device.hardware);
  const ofHardware = (read: (view: DeviceView['hardware'][string]) => number): readonly Sample[] =>
    hardware.map(([name, view]) => ({ labels: { hardware: name, driver: view.driver }, value: read(view) }));
  const ofSlots = (read: (view: SlotView) => number | null): readonly Sample[] =>
    [...slots].flatMap(([slot, view]) => {
      const value = read(view);
      return value === null ? [] : [{ labels: { slot }, value }];
    });
  return [
    {
      name: 'replenish_slot_level_percent',
      type: 'gauge',
      unit: 'percent',
      help: 'Believed level; absent while it is unknown.',
      samples: ofSlots(({ level }) => level),
    },
    {
      name: 'replenish_slot_phase',
      type: 'stateset',
      help: 'Where the slot stands.',
      samples: [...slots].flatMap(([slot, view]) =>
        PHASES.map((phase) => ({
          labels: { slot, replenish_slot_phase: phase },
          value: view.phase === phase ? 1 : 0,
        })),
      ),
    },
    {
      name: 'replenish_slot_empty_timestamp_seconds',
      type: 'gauge',
      unit: 'seconds',
      help: 'When the forecast has the slot empty; absent without a forecast.',
      samples: ofSlots(({ emptyAtMs }) => (emptyAtMs === null ? null : emptyAtMs / 1000)),
    },
    counter(
      'replenish_readings',
      'Readings of the sensor, usable or not.',
      sensors.map(([slot, { readings }]) => ({ labels: { slot }, value: readings })),
    ),
    counter(
      'replenish_unusable_readings',
      'Readings that were not believed.',
      sensors.flatMap(([slot, { outOfRange, sentinels }]) => [
        { labels: { slot, cause: 'out-of-range' }, value: outOfRange },
        { labels: { slot, cause: 'sentinel' }, value: sentinels },
      ]),
    ),
    {
      name: 'replenish_hardware_open',
      type: 'gauge',
      help: 'Whether the connection is open and speaks.',
      samples: ofHardware(({ state }) => (state === 'open' ? 1 : 0)),
    },
    counter(
      'replenish_bad_frames',
      'Frames that could not be used.',
      ofHardware((view) => view.badFrames),
    ),
    counter(
      'replenish_hardware_reopens',
      'Openings after the first.',
      ofHardware((view) => view.reopens),
    ),
  ];
}

function orderFamilies({ counts }: MetricFacts): readonly Family[] {
  return [
    counter(
      'replenish_decisions',
      'Decisions that became durable, by where they left the slot.',
      [...counts.decisions].map(([kind, value]) => ({ labels: { kind }, value })),
    ),
    counter(
      'replenish_orders',
      'Outcomes of requests to order.',
      [...counts.orders.values()].map(({ labels, count }) => ({ labels, value: count })),
    ),
    counter(
      'replenish_refusals',
      'Answers of DRS that were no order, by HTTP status.',
      [...counts.refusals].map(([status, value]) => ({ labels: { status: String(status) }, value })),
    ),
  ];
}

function processFamilies({ runtime }: MetricFacts): readonly Family[] {
  const { p50S, p99S, maxS } = runtime.loopDelay;
  const inSeconds = { type: 'gauge', unit: 'seconds' } as const;
  return [
    {
      ...inSeconds,
      name: 'replenish_uptime_seconds',
      help: 'Since the start of the process.',
      samples: [{ labels: {}, value: runtime.uptimeS }],
    },
    {
      name: 'replenish_resident_memory_bytes',
      type: 'gauge',
      unit: 'bytes',
      help: 'Resident memory.',
      samples: [{ labels: {}, value: runtime.residentBytes }],
    },
    {
      name: 'replenish_cpu_seconds',
      type: 'counter',
      unit: 'seconds',
      help: 'Processor time, user and system.',
      samples: [{ labels: {}, value: runtime.cpuS }],
    },
    {
      name: 'replenish_event_loop_delay_seconds',
      type: 'summary',
      unit: 'seconds',
      help: 'How late timers ran since the last scrape.',
      samples: [
        { labels: { quantile: '0.5' }, value: p50S },
        { labels: { quantile: '0.99' }, value: p99S },
      ],
    },
    {
      ...inSeconds,
      name: 'replenish_event_loop_delay_max_seconds',
      help: 'The latest that a timer ran since the last scrape.',
      samples: [{ labels: {}, value: maxS }],
    },
  ];
}

function counter(name: string, help: string, samples: readonly Sample[]): Family {
  return { name, type: 'counter', help, samples };
}

function gauge(name: string, help: string, value: number | boolean): Family {
  return { name, type: 'gauge', help, samples: [{ labels: {}, value: Number(value) }] };
}
