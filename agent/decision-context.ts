import type { Context } from './policy/decision.ts';
import type { AccessToken } from './replenish/access-token.ts';

/** The order id that is at hand for the next depletion. Drawn when it is asked for. */
export class SpareOrderId {
  readonly #draw: () => string;
  #id: string | null = null;

  constructor(draw: () => string) {
    this.#draw = draw;
  }

  get id(): string {
    this.#id ??= this.#draw();
    return this.#id;
  }

  /** A depletion has this id from now on: it is spare no more. */
  spend(orderId: string | undefined): void {
    if (orderId === this.#id) this.#id = null;
  }
}

/** A context of which what takes cryptography is worked out for the few decisions that ask for it. */
export function contextOf(
  moment: Pick<Context, 'now' | 'jitter'>,
  token: AccessToken | null,
  spare: SpareOrderId,
): Context {
  return {
    now: moment.now,
    jitter: moment.jitter,
    get tokenFingerprint() {
      return token?.fingerprint ?? null;
    },
    get spareOrderId() {
      return spare.id;
    },
  };
}
