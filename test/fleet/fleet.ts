import type { SystemClock } from '../../agent/system/clock.ts';
import { checkConfig } from '../../config/check.ts';
import type { Config } from '../../config/config.ts';
import type { Cancel } from '../../hardware/timing.ts';
import { Chance } from '../simulation/chance.ts';
import { FleetDevice } from './device.ts';

export type FleetOptions = {
  readonly agents: number;
  readonly brokerUrl: string;
  readonly seed: number;
  readonly clock: SystemClock;
  /** Time between two readings of a device. */
  readonly readEveryMs: number;
  /** Devices that start in a second: a fleet is not switched on at one moment. */
  readonly startsPerS: number;
};

/** What a fleet has done so far. */
export type FleetCounts = {
  /** Messages that the broker has acknowledged. */
  delivered: number;
  /** Each connection that stood: when, monotonic milliseconds. */
  readonly connectedAtMs: number[];
};

const TICK_MS = 100;
const SLOTS = ['beans', 'milk'] as const;

/**
 * Devices in one process. Each has an MQTT connection of its own, as it has in the field: last will, session and
 * reconnecting are the connection's, so that a shared one would show nothing of what a broker has to bear.
 */
export class Fleet {
  readonly devices: readonly FleetDevice[];
  readonly counts: FleetCounts = { delivered: 0, connectedAtMs: [] };
  readonly #options: FleetOptions;
  #started = 0;
  /** How many device readings are due, whole and in part. */
  #due = 0;
  #next = 0;
  #cancel: Cancel | null = null;

  constructor(options: FleetOptions) {
    this.#options = options;
    const { agents, seed, clock } = options;
    const pattern = fleetConfig(options.brokerUrl);
    const witness = {
      connected: () => this.counts.connectedAtMs.push(clock.nowMs()),
      delivered: () => {
        this.counts.delivered += 1;
      },
    };
    this.devices = Array.from({ length: agents }, (_, index) => {
      const id = `machine-${String(index + 1).padStart(5, '0')}`;
      const config = { ...pattern, device: { id, name: null } };
      return new FleetDevice(config, clock, new Chance(seed, index), witness);
    });
  }

  start(): void {
    this.#cancel = this.#options.clock.after(TICK_MS, () => {
      this.#tick();
      this.start();
    });
  }

  async stop(): Promise<void> {
    this.#cancel?.();
    await Promise.all(this.devices.slice(0, this.#started).map((device) => device.stop()));
  }

  connected(): number {
    return this.devices.filter((device) => device.isConnected()).length;
  }

  /** How many slots are in each phase. */
  phases(): ReadonlyMap<string, number> {
    const phases = new Map<string, number>();
    for (const device of this.devices.slice(0, this.#started))
      for (const phase of device.phases()) phases.set(phase, (phases.get(phase) ?? 0) + 1);
    return phases;
  }

  #tick(): void {
    const { startsPerS, readEveryMs } = this.#options;
    const until = Math.min(this.devices.length, this.#started + Math.ceil((startsPerS * TICK_MS) / 1000));
    for (const device of this.devices.slice(this.#started, until)) device.start();
    this.#started = until;
    this.#due += (this.#started * TICK_MS) / readEveryMs;
    for (; this.#due >= 1; this.#due -= 1) {
      this.#next = (this.#next + 1) % this.#started;
      this.devices[this.#next]?.read();
    }
  }
}

/** As a person would write it: everything else is the program's own default. */
function fleetConfig(brokerUrl: string): Config {
  const file = {
    device: { id: 'machine' },
    mqtt: { url: brokerUrl, allowInsecure: true },
    replenish: { url: 'http://127.0.0.1', token: { source: 'mqtt' } },
    hardware: { board: { driver: 'lines', port: '/dev/null', pattern: '(?<channel>\\w+)=(?<value>\\d+)' } },
    slots: Object.fromEntries(
      SLOTS.map((slot) => [
        slot,
        {
          slotId: slot,
          sensor: { from: 'board', channel: slot },
          calibration: { empty: 0, full: 1000 },
          confirm: { samples: 3, for: '0s' },
          staleAfter: '30s',
        },
      ]),
    ),
  };
  const checked = checkConfig(JSON.stringify(file), { config: '/', credentials: null });
  if (!checked.ok) throw new Error(checked.problems.map(({ message }) => message).join('; '));
  return checked.config;
}
