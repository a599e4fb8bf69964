import type { Config } from '../../config/config.ts';
import type { CommandResult } from '../command/command.ts';
import type { Pipeline } from '../pipeline-contract.ts';
import { AMAZON_ORDERS } from '../policy/reports-only.ts';
import { InventoryLane } from './inventory-lane.ts';
import type { Attendance, Provider, ProviderDeps } from './provider.ts';

/** Dash Replenishment through Alexa: the device tells its inventory, and Amazon orders. */
export function openAlexaProvider(config: Config, deps: ProviderDeps): Provider {
  return {
    orders: {
      replenish: () => {
        throw new Error('The policy sent an order although this device only reports.');
      },
    },
    attend: (pipelines) => attend(config, pipelines, deps),
    close: async () => undefined,
  };
}

function attend(config: Config, pipelines: ReadonlyMap<string, Pipeline>, deps: ProviderDeps): Attendance {
  // Told in earnest, an inventory makes Amazon order.
  const lane = config.replenish.dryRun ? null : openLane(config, pipelines, deps);
  const refuse = async (): Promise<CommandResult> => ({ ok: false, message: AMAZON_ORDERS });
  return {
    cancelTest: refuse,
    orderStatus: refuse,
    deregister: refuse,
    start: () => lane?.start(),
    changed: () => lane?.changed(),
    subscriptionsChanged: () => undefined,
    inventory: () => lane?.inventory() ?? null,
    accepted: (payload) => lane?.accepted(payload),
    close: async () => lane?.stop(),
  };
}

function openLane(
  { device, replenish, slots }: Config,
  pipelines: ReadonlyMap<string, Pipeline>,
  deps: ProviderDeps,
): InventoryLane {
  const told = [...pipelines].flatMap(([key, pipeline]) => {
    const slot = slots[key];
    if (slot === undefined) return [];
    const { inventory, capacity, name, confirm, staleAfterMs } = slot;
    return [
      {
        ...inventory,
        key,
        name: name ?? key,
        capacity: capacity.quantity,
        settleMs: confirm.forMs,
        uncertaintyMs: staleAfterMs,
        view: () => pipeline.view(),
      },
    ];
  });
  return new InventoryLane({ ...replenish.duties, deviceId: device.id }, told, deps);
}
