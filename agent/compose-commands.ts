import type { CommandResult, PerformCommand } from './command/command.ts';
import { type CommandDesk, createCommandDesk } from './command/desk.ts';
import { createPerformer } from './command/perform.ts';
import type { Pipeline } from './pipeline-contract.ts';
import type { StateStore } from './store/state-store.ts';
import type { Clock } from './system/clock.ts';
import type { Log } from './system/log.ts';

export type CommandDeps = {
  readonly clock: Clock;
  readonly log: Log;
  readonly store: StateStore;
  /** Those of the configuration in force. */
  readonly pipelines: () => ReadonlyMap<string, Pipeline>;
  readonly republish: (slot: string | null) => boolean;
  readonly cancelTest: (slot: string | null) => Promise<CommandResult>;
  readonly orderStatus: (slot: string) => Promise<CommandResult>;
};

/** Does commands, and the desk that takes them from MQTT; both live as long as the process. */
export function composeCommands(deps: CommandDeps): {
  readonly perform: PerformCommand;
  readonly desk: CommandDesk;
} {
  const { clock, log, store, pipelines, republish, cancelTest, orderStatus } = deps;
  const perform = createPerformer({
    clock,
    askSlot: (slot, event) => pipelines().get(slot)?.hearByHand(event) ?? null,
    report: republish,
    askOrder: async (slot) =>
      pipelines().get(slot)?.view().phase === 'on-order' ? (await orderStatus(slot)).message : null,
    cancelTest,
  });
  const slots = (): readonly string[] => [...pipelines().keys()];
  return { perform, desk: createCommandDesk({ clock, log, ledger: store.commands, slots, perform }) };
}
