import type { SlotRecord } from '../../agent/policy/slot-state.ts';

/** Where a record stands, for the timeline. */
export function wordsFor({ depletion }: SlotRecord): string {
  if (depletion === null) return 'no depletion';
  const { stage, orderId, attempts } = depletion;
  return `${stage.kind === 'held' ? `held (${stage.reason})` : stage.kind} ${orderId}/${attempts}`;
}
