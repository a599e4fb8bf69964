import type { ByHand, Reply } from '../policy/decision.ts';
import type { Clock } from '../system/clock.ts';
import type { Command, CommandResult, PerformCommand, SnoozeSpan } from './command.ts';

export type PerformDeps = {
  readonly clock: Pick<Clock, 'wallMs' | 'wallTrusted'>;
  /** Asks the flow of a slot; null when there is no such slot. */
  readonly askSlot: (slot: string, event: ByHand) => Reply | null;
  /** Publishes the retained state of one slot, or of everything (null); false when there is no connection. */
  readonly report: (slot: string | null) => boolean;
  /** How far the open order of a slot has come at Amazon, in a sentence; null when none is open. */
  readonly askOrder: (slot: string) => Promise<string | null>;
  readonly cancelTest: (slot: string | null) => Promise<CommandResult>;
};

/** Does what a command asks for. What changes a slot is done before this returns its promise. */
export function createPerformer(deps: PerformDeps): PerformCommand {
  const ask = (slot: string, event: ByHand): CommandResult =>
    deps.askSlot(slot, event) ?? { ok: false, message: `There is no slot ${slot} in the configuration.` };
  return (command) => {
    switch (command.kind) {
      case 'order':
      case 'rearm':
        return Promise.resolve(ask(command.slot, { kind: command.kind }));
      case 'resolve':
        return Promise.resolve(ask(command.slot, { kind: 'resolve', verdict: command.verdict }));
      case 'snooze':
        return Promise.resolve(snooze(command, ask, deps.clock));
      case 'report':
        return report(command.slot, deps);
      case 'cancel-test':
        return deps.cancelTest(command.slot);
    }
  };
}

function snooze(
  { slot, span }: Extract<Command, { kind: 'snooze' }>,
  ask: (slot: string, event: ByHand) => CommandResult,
  clock: PerformDeps['clock'],
): CommandResult {
  const forMs = spanMs(span, clock);
  return typeof forMs === 'string' ? { ok: false, message: forMs } : ask(slot, { kind: 'snooze', forMs });
}

/** How long, milliseconds; null for not at all; or why it can't be said. */
function spanMs(span: SnoozeSpan, clock: PerformDeps['clock']): number | string | null {
  if (span === null) return null;
  if ('forMs' in span) return span.forMs;
  if (!clock.wallTrusted())
    return 'The clock of the device can not be trusted yet. Say for how long, and not until when.';
  const forMs = span.untilMs - clock.wallMs();
  return forMs > 0 ? forMs : 'That time has passed already.';
}

/** Amazon is asked only for a slot by name: a report of everything stays on this device. */
async function report(slot: string | null, deps: PerformDeps): Promise<CommandResult> {
  const { ok, message } = reported(deps.report(slot));
  const order = slot === null || !ok ? null : await deps.askOrder(slot);
  return { ok, message: order === null ? message : `${message} ${order}` };
}

function reported(isConnected: boolean): CommandResult {
  return isConnected
    ? { ok: true, message: 'The state is published again.' }
    : {
        ok: false,
        message: 'There is no connection to the broker; the state is published when there is one.',
      };
}
