/** What a cancellation that the agent heard was about, and what the agent made of it. */
export type CancelHeard = {
  /** The order that Amazon says is cancelled. */
  readonly instanceId: string;
  /** The order that DRS had open when it answered the depletion's last request; null when that went unanswered. */
  readonly answeredId: string | null;
  readonly isAnsweredOrderCancelled: boolean;
  /** Of several requests each may have brought an order, and an answer did not come or could not be read. */
  readonly mayBeTwo: boolean;
  readonly stageAfter: string | null;
  readonly isOrderedAnew: boolean;
};

/** A cancellation that comes late is about an order of long ago: the open one is not given up for it. */
export function aCancellationEndsItsOwnOrder(heard: CancelHeard): string | null {
  const isOther = heard.answeredId !== null && heard.answeredId !== heard.instanceId;
  // Where there may be two, news of the other one is waited for; what is bought meanwhile is another promise.
  if (!isOther || heard.isAnsweredOrderCancelled || !heard.isOrderedAnew || heard.mayBeTwo) return null;
  return `${heard.instanceId} is cancelled, and ${heard.answeredId}, which is not, was given up for it.`;
}

/** A depletion does not wait for an order that the agent knows to be cancelled: it would be forgotten (rule 2). */
export function noDepletionWaitsForACancelledOrder(heard: CancelHeard): string | null {
  if (heard.answeredId !== heard.instanceId || heard.stageAfter !== 'on-order' || heard.isOrderedAnew)
    return null;
  return `${heard.instanceId} is cancelled, the agent was told, and the depletion still waits for it.`;
}
