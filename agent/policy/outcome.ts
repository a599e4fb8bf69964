/** What an answer said beside its meaning; for reports and people. */
export type AnswerFacts = {
  readonly httpStatus: number | null;
  readonly message: string | null;
  readonly requestId: string | null;
};

/**
 * What one Replenish request came to, as far as money is concerned.
 * `drs-api.md`, section 10.3, is the source of the table that fills this.
 */
export type ReplenishOutcome = AnswerFacts &
  (
    | {
        /** DRS accepted it; or answered 200 in a way that can't be read, which has to be taken for the same. */
        readonly kind: 'placed';
        readonly detailCode: string | null;
        readonly eventInstanceId: string | null;
      }
    | {
        /** Nothing new was bought: an order of this slot is open already. */
        readonly kind: 'in-progress';
        readonly detailCode: string | null;
        readonly eventInstanceId: string | null;
      }
    /** The access token was refused; no order. */
    | { readonly kind: 'invalid-token' }
    /** The customer has no active subscription for the slot; no order. */
    | { readonly kind: 'unsubscribed' }
    /** DRS does not know the slot id; no order. */
    | { readonly kind: 'unknown-slot' }
    /** Refused for another reason; no order. */
    | { readonly kind: 'refused' }
    /** Surely no order, and worth another try: it never left, 429, 5xx. */
    | { readonly kind: 'failed'; readonly retryAfterMs: number | null }
    /** It may have reached DRS and no answer came. */
    | { readonly kind: 'no-answer' }
  );
