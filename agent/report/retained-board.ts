import type { Publisher } from './link.ts';

/** The latest retained payload of each topic, on its way to the broker. */
export type RetainedBoard = {
  /** Sets what the topic shall say. Published at once, or when there is a connection again. */
  set(topic: string, payload: string): void;
  /**
   * The same for a step that people want to see on its way: while a publish is under way it waits its turn instead
   * of being overtaken, as long as no more than 16 wait. Without a connection only the latest counts.
   */
  step(topic: string, payload: string): void;
  /** Takes the topic off the broker (an empty retained payload) and forgets it. */
  clear(topic: string): void;
  /**
   * To be called when a connection stands: publishes all topics, because the broker may have lost them.
   * @param fresh what topics say now, so that nothing old goes out.
   */
  reconnected(fresh?: ReadonlyMap<string, string>): void;
};

export type RetainedBoardOptions = {
  readonly publisher: Publisher;
  /** The broker did not take a payload while connected. It is offered again when the topic or connection changes. */
  onRefused(sentence: string): void;
  /** The broker has this payload of a topic. */
  onAccepted?(payload: string): void;
};

/** A slot that runs through more phases than this within one PUBACK is in trouble that the latest state tells best. */
const STEPS_MAX = 16;

type Entry = {
  latest: string;
  /** Steps that wait for the publish that is under way; the last of them, or something newer, is `latest`. */
  steps: string[];
  /** What the broker has acknowledged on this connection; null when that is not known. */
  acknowledged: string | null;
  sending: boolean;
};

type Sent = { readonly connection: number; readonly payload: string };

/**
 * Keeps the broker's retained messages at the latest state, with one publish per topic under way at the most: what
 * changes meanwhile is sent once, in its last version. Memory is bounded by the number of topics.
 */
export function createRetainedBoard({
  publisher,
  onRefused,
  onAccepted,
}: RetainedBoardOptions): RetainedBoard {
  const entries = new Map<string, Entry>();
  let connection = 0;

  const settle = (topic: string, entry: Entry, sent: Sent, accepted: boolean): void => {
    entry.sending = false;
    const current = sent.connection === connection;
    if (current && accepted) entry.acknowledged = sent.payload;
    if (entry.latest === '' && entry.acknowledged === '') {
      entries.delete(topic);
      return;
    }
    // What was refused on this connection is not offered again without news.
    if (!current || accepted || entry.latest !== sent.payload) offer(topic, entry);
  };

  const offer = (topic: string, entry: Entry): void => {
    if (entry.sending || !publisher.connected()) return;
    const payload = entry.steps.shift() ?? entry.latest;
    if (payload === entry.acknowledged) return;
    const sent = { connection, payload };
    entry.sending = true;
    publisher.publish(topic, sent.payload, { retain: true }).then(
      () => {
        onAccepted?.(sent.payload);
        settle(topic, entry, sent, true);
      },
      (error: Error) => {
        if (publisher.connected() && sent.connection === connection) onRefused(error.message);
        settle(topic, entry, sent, false);
      },
    );
  };

  const set = (topic: string, payload: string): void => {
    const entry = entries.get(topic) ?? { latest: payload, steps: [], acknowledged: null, sending: false };
    entry.latest = payload;
    entries.set(topic, entry);
    offer(topic, entry);
  };

  const step = (topic: string, payload: string): void => {
    const entry = entries.get(topic);
    if (entry?.sending && publisher.connected()) entry.steps = [...entry.steps, payload].slice(-STEPS_MAX);
    set(topic, payload);
  };

  return {
    set,
    step,
    clear: (topic) => set(topic, ''),
    reconnected: (fresh = new Map()) => {
      connection += 1;
      for (const [topic, payload] of fresh) {
        const entry = entries.get(topic);
        if (entry === undefined)
          entries.set(topic, { latest: payload, steps: [], acknowledged: null, sending: false });
        else entry.latest = payload;
      }
      for (const [topic, entry] of entries) {
        entry.acknowledged = null;
        entry.steps = [];
        offer(topic, entry);
      }
    },
  };
}
