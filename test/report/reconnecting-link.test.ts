import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, onTestFinished, test } from 'vitest';
import type { LinkState, MqttSettings } from '../../agent/report/link.ts';
import type { ConnectionStage } from '../../agent/report/protocol-choice.ts';
import {
  type ConnectionListener,
  type ConnectionRequest,
  createReconnectingLink,
} from '../../agent/report/reconnecting-link.ts';
import { VirtualTiming } from '../support/virtual-timing.ts';

const anonymous: MqttSettings = {
  url: 'mqtt://broker.example',
  username: null,
  passwordFile: null,
  caFile: null,
  certFile: null,
  keyFile: null,
};

/** A link over connections that only this test can bring to life and to their end. */
function createBench({ settings = anonymous, random = 1, endWithinClose = false } = {}) {
  const timing = new VirtualTiming();
  const opened: { request: ConnectionRequest; listener: ConnectionListener; atMs: number }[] = [];
  const states: LinkState[] = [];
  const messages: string[] = [];
  const calls = { published: [] as string[], closed: 0 };
  const link = createReconnectingLink(
    {
      settings,
      clientId: 'a-b',
      statusTopic: 'a/b/status',
      subscriptions: ['a/b/token'],
      timing,
      random: () => random,
      onMessage: (topic, payload) => messages.push(`${topic} ${payload}`),
      onState: (state) => states.push(state),
    },
    (request, listener) => {
      opened.push({ request, listener, atMs: timing.nowMs() });
      return {
        publish: async ({ topic }) => {
          calls.published.push(topic);
        },
        close: async () => {
          calls.closed += 1;
          if (endWithinClose) listener.onEnd({ stage: 'unanswered', sentence: 'Closed.', poisoned: false });
        },
      };
    },
  );
  const last = () => {
    const connection = opened.at(-1);
    if (connection === undefined) throw new Error('nothing was opened');
    return connection;
  };
  const end = (stage: ConnectionStage, sentence = 'Down.', poisoned = false): void =>
    last().listener.onEnd({ stage, sentence, poisoned });
  return { timing, opened, states, messages, calls, link, last, end };
}

test('attempts that fail come at 1, 2, 4 ... 60 s', () => {
  const { timing, opened, link, end } = createBench();
  link.start();
  const startMs = timing.nowMs();
  for (let attempt = 0; attempt < 8; attempt += 1) {
    end('unreached');
    timing.advance(60_000);
  }
  const times = opened.map(({ atMs }) => (atMs - startMs) % 60_000);
  expect(times).toEqual([0, 1000, 2000, 4000, 8000, 16_000, 32_000, 0, 0]);
  expect(opened).toHaveLength(9);
});

test('a failure that repeats is told once', () => {
  const { timing, states, link, end } = createBench();
  link.start();
  for (const sentence of ['Down.', 'Down.', 'Down.', 'Refused.', 'Down.']) {
    end('unreached', sentence);
    timing.advance(60_000);
  }
  expect(states.map(({ error }) => error)).toEqual(['Down.', 'Refused.', 'Down.']);
});

test('the version that a broker refuses is replaced at once, without counting as a failure', () => {
  const { timing, opened, states, link, end } = createBench();
  link.start();
  end('version-refused');
  timing.advance(0);
  expect(opened.map(({ request }) => request.version)).toEqual([5, 4]);
  expect(states).toEqual([]);
});

test('a connection that is ready is told with its version, and its loss with the reason', () => {
  const { states, link, last, end } = createBench();
  link.start();
  expect(link.connected()).toBe(false);
  last().listener.onReady(null);
  expect(link.connected()).toBe(true);
  end('established', 'Lost.');
  expect(link.connected()).toBe(false);
  expect(states).toEqual([
    { connected: true, protocolVersion: 5, error: null },
    { connected: false, protocolVersion: null, error: 'Lost.' },
  ]);
});

test('a connection that the broker let in with a flaw is up, and says the flaw', () => {
  const { states, link, last } = createBench();
  link.start();
  last().listener.onReady('No subscription.');
  expect(states).toEqual([{ connected: true, protocolVersion: 5, error: 'No subscription.' }]);
});

test('a lost connection is made again within 4 s, spread by chance', () => {
  for (const [random, delayMs] of [
    [1, 4000],
    [0, 400],
    [0.5, 2200],
  ] as const) {
    const { timing, opened, link, last, end } = createBench({ random });
    link.start();
    last().listener.onReady(null);
    timing.advance(3_600_000);
    end('established');
    timing.advance(delayMs - 1);
    expect(opened).toHaveLength(1);
    timing.advance(1);
    expect(opened).toHaveLength(2);
  }
});

test('a broker that lets in and throws out is not hammered', () => {
  const { timing, opened, link, last, end } = createBench();
  link.start();
  for (let turn = 0; turn < 200; turn += 1) {
    last().listener.onReady(null);
    timing.advance(1000);
    end('established', 'Another client has our id.');
    timing.advance(60_000);
  }
  const gapMs = (opened.at(-1)?.atMs ?? 0) - (opened.at(-2)?.atMs ?? 0);
  expect(gapMs).toBeGreaterThan(60_000);
});

test('the session is kept, but for one that holds a message too big to be read', () => {
  const { timing, opened, link, last, end } = createBench();
  link.start();
  end('established', 'Too big.', true);
  timing.advance(60_000);
  end('unreached');
  timing.advance(60_000);
  last().listener.onReady(null);
  end('established');
  timing.advance(60_000);
  expect(opened.map(({ request }) => request.cleanStart)).toEqual([false, true, true, false]);
});

test('without its password file nothing is sent; it is taken up within 5 s of appearing', () => {
  const folder = mkdtempSync(join(tmpdir(), 'link-'));
  onTestFinished(() => rmSync(folder, { recursive: true }));
  const passwordFile = join(folder, 'password');
  const { timing, opened, states, link } = createBench({
    settings: { ...anonymous, username: 'u', passwordFile },
  });
  link.start();
  timing.advance(3_600_000);
  expect(opened).toEqual([]);
  expect(states).toEqual([
    { connected: false, protocolVersion: null, error: expect.stringContaining('is not there yet') },
  ]);
  writeFileSync(passwordFile, 'pw\n');
  timing.advance(5_000);
  expect(opened.map(({ request }) => request.plan.password)).toEqual(['pw']);
});

test('messages within the limits are handed on, others are counted', () => {
  const { messages, link, last } = createBench();
  link.start();
  const envelope = { retain: false, responseTopic: null, correlationData: null };
  last().listener.onMessage('a/b/token', Buffer.from('x'), envelope);
  last().listener.onMessage('a/b/other', Buffer.from('x'), envelope);
  last().listener.onMessage('a/b/token', Buffer.alloc(70_000), envelope);
  expect(messages).toEqual(['a/b/token x']);
  expect(link.droppedMessages()).toBe(2);
});

test('publishing is refused before the connection is ready, after its loss, and after stopping', async () => {
  const { calls, link, last, end } = createBench();
  const publish = () => link.publish('a/b/device', '{}', { retain: true });
  link.start();
  await expect(publish()).rejects.toThrow('no connection');
  last().listener.onReady(null);
  await publish();
  expect(calls.published).toEqual(['a/b/device']);
  end('established');
  await expect(publish()).rejects.toThrow('no connection');
  await link.stop();
  await expect(publish()).rejects.toThrow('no connection');
});

test('stopping ends the connection, once, and no attempt follows', async () => {
  const { timing, opened, calls, states, link, last, end } = createBench();
  link.start();
  last().listener.onReady(null);
  const stopping = link.stop();
  end('established');
  await Promise.all([stopping, link.stop()]);
  timing.advance(3_600_000);
  expect(calls.closed).toBe(1);
  expect(opened).toHaveLength(1);
  expect(timing.pending).toBe(0);
  expect(states.at(-1)).toEqual({ connected: false, protocolVersion: null, error: null });
});

test('an end that is reported within the stop is no reason to connect again', async () => {
  const { timing, opened, states, link } = createBench({ endWithinClose: true });
  link.start();
  await link.stop();
  timing.advance(3_600_000);
  expect(opened).toHaveLength(1);
  expect(states).toEqual([]);
});

test('stopping between attempts, or before the start, leaves nothing behind', async () => {
  const { timing, opened, link, end } = createBench();
  link.start();
  end('unreached');
  await link.stop();
  link.start();
  timing.advance(3_600_000);
  expect(opened).toHaveLength(1);
  const unstarted = createBench();
  await unstarted.link.stop();
  unstarted.link.start();
  expect(unstarted.opened).toEqual([]);
});
