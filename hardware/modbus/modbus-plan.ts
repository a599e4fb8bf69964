/** A silent unit is asked ever less often, down to this. */
const REST_MS_MAX = 30_000;

/** What is to be asked, and of whom. */
export type PlannedChannel = { readonly name: string; readonly unit: number };

type Unit = {
  /** Questions in a row without an answer. */
  silences: number;
  /** Not asked before; 0 for one that answers. */
  restsUntilMs: number;
};

/**
 * PURE: whose turn it is on a bus. Every channel is asked once in `pollEveryMs`, the one that waits longest first. A
 * unit that does not answer rests, longer each time, so that it costs the others one wait now and then and no more.
 */
export class ModbusPlan<C extends PlannedChannel> {
  readonly #pollEveryMs: number;
  readonly #dueMs = new Map<C, number>();
  readonly #units = new Map<number, Unit>();

  constructor(channels: readonly C[], pollEveryMs: number) {
    this.#pollEveryMs = pollEveryMs;
    for (const channel of channels) {
      this.#dueMs.set(channel, 0);
      this.#units.set(channel.unit, { silences: 0, restsUntilMs: 0 });
    }
  }

  /** The channel to ask next, and when. Null when there is none at all. */
  next(): { readonly channel: C; readonly atMs: number } | null {
    let next: { readonly channel: C; readonly atMs: number; readonly dueMs: number } | null = null;
    for (const [channel, dueMs] of this.#dueMs) {
      const atMs = Math.max(dueMs, this.#units.get(channel.unit)?.restsUntilMs ?? 0);
      // Channels of a unit that rests come back together: the one that waits longest is first.
      const isSooner = next === null || atMs < next.atMs || (atMs === next.atMs && dueMs < next.dueMs);
      if (isSooner) next = { channel, atMs, dueMs };
    }
    return next;
  }

  asked(channel: C, nowMs: number): void {
    this.#dueMs.set(channel, nowMs + this.#pollEveryMs);
  }

  answered(channel: C): void {
    this.#units.set(channel.unit, { silences: 0, restsUntilMs: 0 });
  }

  silent(channel: C, nowMs: number): void {
    const silences = (this.#units.get(channel.unit)?.silences ?? 0) + 1;
    const restMs = Math.min(this.#pollEveryMs * 2 ** Math.min(silences - 1, 16), REST_MS_MAX);
    this.#units.set(channel.unit, { silences, restsUntilMs: nowMs + restMs });
  }

  /** Questions in a row that the unit of this channel has left without an answer. */
  silences(channel: C): number {
    return this.#units.get(channel.unit)?.silences ?? 0;
  }
}
