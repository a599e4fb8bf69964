import type { Config, ReplenishConfig } from '../../config/config.ts';
import type { HardwareSource } from '../../hardware/hardware-source.ts';
import type { Pipeline } from '../pipeline-contract.ts';
import { createDashClient } from '../replenish/dash-client.ts';
import { openHttpDoor } from '../replenish/http-door.ts';
import { createDeviceCalls } from './device-calls.ts';
import { createDuties } from './duties.ts';
import type { Attendance, Provider, ProviderDeps } from './provider.ts';

type DrsConfig = Extract<ReplenishConfig, { readonly provider: 'drs' }>;

/** The Dash Replenishment Service: the device orders, and tells what DRS wants to know beside that. */
export function openDrsProvider(config: Config, replenish: DrsConfig, deps: ProviderDeps): Provider {
  const { clock } = deps;
  const client = createDashClient(replenish.url, openHttpDoor(replenish, clock), clock);
  return {
    orders: client,
    attend: (pipelines, sources) => attend(config, replenish, pipelines, sources, deps),
    close: () => client.close(),
  };
}

/** On connections of its own: no order waits for any of it. */
function attend(
  config: Config,
  replenish: DrsConfig,
  pipelines: ReadonlyMap<string, Pipeline>,
  sources: readonly HardwareSource[],
  { clock, log, random, store, tokens, onDeregistered, onUnlisted }: ProviderDeps,
): Attendance {
  const { url, dryRun, duties: settings } = replenish;
  const client = createDashClient(url, openHttpDoor(replenish, clock), clock);
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
    inventory: () => null,
    accepted: () => undefined,
    close: async () => {
      duties?.stop();
      await client.close();
    },
  };
}
