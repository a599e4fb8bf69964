import { expect, test } from 'vitest';
import { createOutboxSender } from '../../agent/report/outbox-sender.ts';
import {
  type ConnectionListener,
  type ConnectionOpener,
  createReconnectingLink,
} from '../../agent/report/reconnecting-link.ts';
import { VirtualTiming } from '../support/virtual-timing.ts';
import { MemoryOutbox } from './memory-outbox.ts';

const DEVICES = 1_000;
const SEED = 20_261_123;

/** A broker of the mind: takes 20 ms to let somebody in and to acknowledge, and can lose its power. */
class PaperBroker {
  readonly attempts: number[] = [];
  readonly heard = new Map<string, string[]>();
  readonly #timing: VirtualTiming;
  readonly #standing = new Map<ConnectionListener, () => void>();
  #isUp = true;

  constructor(timing: VirtualTiming) {
    this.#timing = timing;
  }

  /** Connections that stand. */
  get standing(): number {
    return this.#standing.size;
  }

  readonly open: ConnectionOpener = (_request, listener) => {
    this.attempts.push(this.#timing.nowMs());
    const reached = this.#isUp;
    const rejects = new Set<(error: Error) => void>();
    const lose = (): void => {
      this.#standing.delete(listener);
      for (const reject of rejects) reject(new Error('lost'));
      listener.onEnd({ stage: reached ? 'established' : 'unreached', sentence: 'Down.', poisoned: false });
    };
    if (reached) this.#standing.set(listener, lose);
    this.#timing.after(20, () => {
      if (!reached) lose();
      else if (this.#standing.has(listener)) listener.onReady(null);
    });
    return {
      publish: ({ topic, payload }) =>
        new Promise((resolve, reject) => {
          rejects.add(reject);
          this.heard.set(topic, [...(this.heard.get(topic) ?? []), payload]);
          this.#timing.after(20, () => {
            rejects.delete(reject);
            resolve();
          });
        }),
      close: async () => {},
    };
  };

  powerCut(): void {
    this.#isUp = false;
    for (const lose of [...this.#standing.values()]) lose();
  }

  powerBack(): void {
    this.#isUp = true;
  }
}

/** Evenly spread and the same in every run (mulberry32). */
function chance(seed: number): () => number {
  let state = seed;
  return () => {
    state = (state + 0x6d2b79f5) | 0;
    let mixed = Math.imul(state ^ (state >>> 15), 1 | state);
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed;
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32;
  };
}

/** Agents with the real link and the real outbox, long connected; `pass` lets time go by for all of them. */
async function startFleet() {
  const timing = new VirtualTiming();
  const broker = new PaperBroker(timing);
  const random = chance(SEED);
  const agents = Array.from({ length: DEVICES }, (_unused, index) => {
    const topic = `devices/${index}/order`;
    const outbox = new MemoryOutbox();
    const settings = {
      url: 'mqtt://broker.example',
      username: null,
      passwordFile: null,
      caFile: null,
      certFile: null,
      keyFile: null,
    };
    const link = createReconnectingLink(
      {
        settings,
        clientId: `device-${index}`,
        statusTopic: `devices/${index}/status`,
        subscriptions: [],
        timing,
        random,
        onMessage: () => {},
        onState: ({ connected }) => {
          if (connected) sender.reconnected();
        },
      },
      broker.open,
    );
    const sender = createOutboxSender({ source: outbox, publisher: link, timing, onTrouble: () => {} });
    link.start();
    const report = (event: string): void => {
      outbox.add(topic, event);
      sender.nudge();
    };
    return { topic, outbox, report };
  });
  const pass = async (seconds: number): Promise<void> => {
    for (let tenth = 0; tenth < seconds * 10; tenth += 1) {
      timing.advance(100);
      await new Promise((resolve) => setImmediate(resolve));
    }
  };
  await pass(120);
  broker.attempts.length = 0;
  return { timing, broker, agents, pass };
}

/** Attempts in each second from a moment on. */
function perSecond(attempts: readonly number[], fromMs: number, seconds: number): number[] {
  const counts = new Array<number>(seconds).fill(0);
  for (const atMs of attempts) {
    const second = Math.floor((atMs - fromMs) / 1_000);
    if (second < seconds) counts[second] = (counts[second] ?? 0) + 1;
  }
  return counts;
}

test('a broker that restarts under a thousand agents gets them back over four seconds, and every report', async () => {
  const { timing, broker, agents, pass } = await startFleet();
  expect(broker.standing).toBe(DEVICES);
  for (const { report } of agents) report('before');
  timing.advance(10);
  const cutAtMs = timing.nowMs();
  broker.powerCut();
  broker.powerBack();
  for (const { report } of agents) report('after');
  await pass(10);
  expect(perSecond(broker.attempts, cutAtMs, 6)).toEqual([156, 281, 276, 287, 0, 0]);
  expect(broker.standing).toBe(DEVICES);
  // What was under way when the power went comes twice, in order, and nothing is lost.
  for (const { topic, outbox } of agents) {
    expect(broker.heard.get(topic)).toEqual(['before', 'before', 'after']);
    expect(outbox.depth()).toBe(0);
  }
});

test('a broker that is down for ten minutes is asked by a thousand agents some thirty times a second, never by all', async () => {
  const { timing, broker, agents, pass } = await startFleet();
  const cutAtMs = timing.nowMs();
  broker.powerCut();
  for (const { report } of agents) report('during');
  await pass(600);
  const down = perSecond(broker.attempts, cutAtMs, 600);
  expect(Math.max(...down)).toBeLessThan(DEVICES * 0.4);
  expect(Math.max(...down.slice(120))).toBeLessThan(DEVICES * 0.06);
  expect([0, 10, 30, 60, 120, 300].map((second) => down[second])).toEqual([156, 120, 39, 37, 30, 23]);
  broker.powerBack();
  const backAtMs = timing.nowMs();
  await pass(61);
  expect(Math.max(...perSecond(broker.attempts, backAtMs, 61))).toBeLessThan(DEVICES * 0.06);
  expect(broker.standing).toBe(DEVICES);
  expect(agents.every(({ topic }) => broker.heard.get(topic)?.join() === 'during')).toBe(true);
});
