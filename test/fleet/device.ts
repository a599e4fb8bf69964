import { randomUUID } from 'node:crypto';
import { createPipeline } from '../../agent/pipeline.ts';
import type { Pipeline } from '../../agent/pipeline-contract.ts';
import { NEW_RECORD } from '../../agent/policy/decide.ts';
import { parseAccessToken } from '../../agent/replenish/access-token.ts';
import { createAlertWatch } from '../../agent/report/alert-watch.ts';
import { createDevice } from '../../agent/report/device.ts';
import { makeFirstContact } from '../../agent/report/first-contact.ts';
import { createUplink, type Uplink } from '../../agent/report/uplink.ts';
import { slotSettingsOf } from '../../agent/settings.ts';
import { GroupCommit } from '../../agent/store/group-commit.ts';
import type { SystemClock } from '../../agent/system/clock.ts';
import type { Log } from '../../agent/system/log.ts';
import type { Config } from '../../config/config.ts';
import type { HardwareSource } from '../../hardware/hardware-source.ts';
import type { Chance } from '../simulation/chance.ts';
import { drsStandIn, type Treatment } from './drs-stand-in.ts';
import { memoryStore } from './memory-store.ts';

/** Told of what happens on the wire. */
export type FleetWitness = {
  connected(): void;
  /** The broker has acknowledged a message. */
  delivered(): void;
};

/** What ails a device; each 1 in 50. */
type Ailment = Treatment | 'silent-sensor';

const AILING = 0.02;
/** A full slot lasts between ten minutes and an hour: fast, so that there is something to see. */
const LASTS_S = { from: 600, to: 3600 };
const START_PERCENT = { from: 15, to: 100 };
/** What ails a device shows only when it has something to order. */
const AILING_START_PERCENT = { from: 3, to: 18 };
const NOISE_PERCENT = 0.3;
const RAW_PER_PERCENT = 10;
const REFILLED_PERCENT = 98;

const SILENT_LOG: Log = {
  debug: () => undefined,
  info: () => undefined,
  warn: () => undefined,
  error: () => undefined,
};

type Container = { percent: number; readonly percentPerMs: number; readAtMs: number };

/** One device of the fleet: a simulated board and a simulated Amazon, and between them the agent's own code. */
export class FleetDevice {
  readonly ailment: Ailment;
  readonly #clock: SystemClock;
  readonly #chance: Chance;
  readonly #uplink: Uplink;
  readonly #amazon: ReturnType<typeof drsStandIn>;
  readonly #pipelines: ReadonlyMap<string, Pipeline>;
  readonly #containers = new Map<string, Container>();
  #lastReadingAtMs: number | null = null;

  constructor(config: Config, clock: SystemClock, chance: Chance, witness: FleetWitness) {
    this.#clock = clock;
    this.#chance = chance;
    this.ailment = drawAilment(chance);
    const store = memoryStore(witness.delivered);
    const device = createDevice({
      version: 'fleet',
      clock,
      log: SILENT_LOG,
      store,
      isQuarantined: false,
      onChange: (view) => this.#uplink.showDevice(view),
    });
    this.#uplink = createUplink(config, {
      clock,
      log: SILENT_LOG,
      contact: makeFirstContact(config, { timing: clock, random: Math.random, onHeard: () => undefined }),
      store,
      alerts: createAlertWatch({ clock, connectionOf: () => 'board' }),
      views: {
        slots: () => new Map([...this.#pipelines].map(([slot, pipeline]) => [slot, pipeline.view()])),
        device: device.view,
        inventory: () => null,
        announcement: () => null,
      },
      onConnected: witness.connected,
      onAccepted: witness.delivered,
      onToken: () => null,
      onNotification: () => undefined,
      onCommand: () => Promise.resolve(null),
    });
    const journal = new GroupCommit(store);
    const token = parseAccessToken('Atza|fleet');
    this.#amazon = drsStandIn(
      this.ailment === 'silent-sensor' ? 'orders' : this.ailment,
      clock,
      chance,
      (slotId) => this.#refill(slotId),
    );
    this.#pipelines = new Map(
      slotSettingsOf(config).map((settings) => [
        settings.name,
        createPipeline(settings, NEW_RECORD, {
          clock,
          log: SILENT_LOG,
          journal,
          client: this.#amazon,
          random: () => chance.next(),
          newOrderId: randomUUID,
          tokens: { current: () => token, refresh: () => undefined },
          onView: (slot, view) => this.#uplink.showSlot(slot, view),
          onReports: () => this.#uplink.sendReports(),
          onStore: device.setStoreError,
        }),
      ]),
    );
    for (const slot of this.#pipelines.keys()) this.#containers.set(slot, this.#newContainer());
    device.setHardware([this.#board()]);
    device.setToken({ state: 'valid', expiresAtMs: null, error: null });
  }

  /** Begins to connect, and to decide. */
  start(): void {
    this.#uplink.start();
    for (const pipeline of this.#pipelines.values()) pipeline.start();
  }

  /** What the board says now, one reading for each slot. */
  read(): void {
    if (this.ailment === 'silent-sensor' && this.#lastReadingAtMs !== null) return;
    const nowMs = this.#clock.nowMs();
    this.#lastReadingAtMs = nowMs;
    for (const [slot, container] of this.#containers) {
      container.percent = Math.max(
        0,
        container.percent - container.percentPerMs * (nowMs - container.readAtMs),
      );
      container.readAtMs = nowMs;
      const shown = container.percent + this.#chance.between(-NOISE_PERCENT, NOISE_PERCENT);
      this.#pipelines.get(slot)?.take(Math.round(shown * RAW_PER_PERCENT));
    }
  }

  isConnected(): boolean {
    return this.#uplink.state().connected;
  }

  /** Phases of the slots now. */
  phases(): readonly string[] {
    return [...this.#pipelines.values()].map((pipeline) => pipeline.view().phase);
  }

  async stop(): Promise<void> {
    for (const pipeline of this.#pipelines.values()) pipeline.stop();
    this.#amazon.close();
    await this.#uplink.stop();
  }

  /** DRS knows slots by their ids; those of the fleet are their names. */
  #refill(slotId: string): void {
    const container = this.#containers.get(slotId);
    if (container !== undefined) container.percent = REFILLED_PERCENT;
  }

  #newContainer(): Container {
    const { from, to } = this.ailment === 'orders' ? START_PERCENT : AILING_START_PERCENT;
    return {
      percent: this.#chance.between(from, to),
      percentPerMs: 100 / (this.#chance.between(LASTS_S.from, LASTS_S.to) * 1000),
      readAtMs: this.#clock.nowMs(),
    };
  }

  #board(): HardwareSource {
    return {
      name: 'board',
      driver: 'lines',
      open: () => undefined,
      close: () => Promise.resolve(),
      health: () => ({
        state: 'open',
        error: null,
        badFrames: 0,
        reopens: 0,
        lastReadingAtMs: this.#lastReadingAtMs,
      }),
    };
  }
}

function drawAilment(chance: Chance): Ailment {
  const drawn = chance.next();
  if (drawn < AILING) return 'unsubscribed';
  if (drawn < 2 * AILING) return 'never-answers';
  return drawn < 3 * AILING ? 'silent-sensor' : 'orders';
}
