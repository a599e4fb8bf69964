/** A channel without a value for so long is no passing disturbance. */
const TOLD_AFTER_MS = 2_000;

type Trouble = { readonly sinceMs: number; readonly why: string; readonly isTold: boolean };

/** PURE: channels of which only arrives what is no reading, since when and why. */
export class ChannelTroubles {
  readonly #troubles = new Map<string, Trouble>();

  /** What is worth telling: of the channel that was in trouble first. `Channel tank: ...`, or null. */
  get error(): string | null {
    for (const [channel, { why, isTold }] of this.#troubles) if (isTold) return `Channel ${channel}: ${why}`;
    return null;
  }

  /** `why` is a sentence. True when `error` is another one now. */
  bad(channel: string, why: string, nowMs: number): boolean {
    const before = this.error;
    const { sinceMs } = this.#troubles.get(channel) ?? { sinceMs: nowMs };
    this.#troubles.set(channel, { sinceMs, why, isTold: nowMs - sinceMs >= TOLD_AFTER_MS });
    return this.error !== before;
  }

  /** A reading has come. True when `error` is another one now. */
  good(channel: string): boolean {
    const before = this.error;
    this.#troubles.delete(channel);
    return this.error !== before;
  }

  clear(): void {
    this.#troubles.clear();
  }
}
