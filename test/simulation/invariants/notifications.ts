/** What a cancellation that the agent heard was about, and what the agent made of it. */
export type CancelHeard = {
  /** The order that Amazon says is cancelled. */
  readonly instanceId: string;
  /** The order that DRS had open when it answered the depletion's last request; null when that went unanswered. */
  readonly answeredId: string | null;
  readonly isAnsweredOrderCancelled: boolean;
  readonly stageAfter: string | null;
  readonly isOrderedAnew: boolean;
};

/** A cancellation that comes late is about an order of long ago: the open one is not given up for it. */
export function aCancellationEndsItsOwnOrder(heard: CancelHeard): string | null {
  const isOther = heard.answeredId !== null && heard.answeredId !== heard.instanceId;
  if (!isOther || heard.isAnsweredOrderCancelled || !heard.isOrderedAnew) return null;
  return `${heard.instanceId} is cancelled, and ${heard.answeredId}, which is not, was given up for it.`;
}

/** A depletion does not wait for an order that the agent knows to be cancelled: it would be forgotten (rule 2). */
export function noDepletionWaitsForACancelledOrder(heard: CancelHeard): string | null {
  if (heard.answeredId !== heard.instanceId || heard.stageAfter !== 'on-order' || heard.isOrderedAnew)
    return null;
  return `${heard.instanceId} is cancelled, the agent was told, and the depletion still waits for it.`;
}
