import type { Config } from '../config/config.ts';
import type { HardwareSource } from '../hardware/hardware-source.ts';
import { createDeviceCalls, type DeviceCalls } from './device-calls.ts';
import { createDuties } from './duties.ts';
import type { Pipeline } from './pipeline.ts';
import type { TokenSource } from './replenish/access-token.ts';
import { createDashClient } from './replenish/dash-client.ts';
import { openHttpDoor } from './replenish/http-door.ts';
import type { StateStore } from './store/state-store.ts';
import type { SystemClock } from './system/clock.ts';
import type { Log } from './system/log.ts';

/** Everything that goes to DRS beside orders, on connections of its own: no order waits for any of it. */
export type DrsLane = DeviceCalls & {
  start(): void;
  /** A level, a hold or the token may have changed. */
  changed(): void;
  subscriptionsChanged(): void;
  /** Does nothing more; what is out ends without an answer. */
  close(): Promise<void>;
};

export type DrsLaneDeps = {
  readonly clock: SystemClock;
  readonly log: Log;
  readonly store: Pick<StateStore, 'duties'>;
  readonly tokens: Pick<TokenSource, 'current' | 'refresh'>;
  /** DRS took this device off its list. */
  readonly onDeregistered: () => void;
  /** Local names of slots that DRS does not list. */
  readonly onUnlisted: (slots: readonly string[]) => void;
};

export function openDrsLane(
  config: Config,
  pipelines: ReadonlyMap<string, Pipeline>,
  sources: readonly HardwareSource[],
  { random, ...deps }: DrsLaneDeps & { readonly random: () => number },
): DrsLane {
  const { clock, log, store, tokens, onDeregistered, onUnlisted } = deps;
  const { url, dryRun, duties: settings } = config.replenish;
  const client = createDashClient(url, openHttpDoor(config.replenish, clock), clock);
  const slots = [...pipelines].flatMap(([name, pipeline]) => {
    const slot = config.slots[name];
    if (slot === undefined) return [];
    return [{ name, slotId: slot.slotId, capacity: slot.capacity.quantity, pipeline }];
  });
  const startedAtMs = clock.wallMs();
  const lastActiveAtMs = (): number => {
    const readAtMs = sources.map((source) => source.health().lastReadingAtMs ?? Number.NEGATIVE_INFINITY);
    const lastMs = Math.max(...readAtMs);
    return Number.isFinite(lastMs) ? clock.wallMs() - clock.nowMs() + lastMs : startedAtMs;
  };
  const calls = createDeviceCalls({
    client,
    tokens,
    slots: new Map(slots.map((slot) => [slot.name, slot])),
    dryRun,
    onDeregistered,
  });
  const duties =
    dryRun || !settings.enabled
      ? null
      : createDuties(
          { ...settings, deviceId: config.device.id },
          {
            clock,
            random,
            tokens,
            client,
            store,
            log,
            slots: new Map(slots.map((slot) => [slot.slotId, slot])),
            lastActiveAtMs,
            onUnlisted,
          },
        );
  return {
    ...calls,
    start: () => duties?.start(),
    changed: () => duties?.changed(),
    subscriptionsChanged: () => duties?.subscriptionsChanged(),
    close: async () => {
      duties?.stop();
      await client.close();
    },
  };
}
