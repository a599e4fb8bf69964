import { expect, test } from 'vitest';
import { PublishWindow } from '../../agent/report/publish-window.ts';
import { VirtualTiming } from '../support/virtual-timing.ts';

function createBench(limit: number) {
  const timing = new VirtualTiming();
  const sent: { topic: string; done: (error: Error | null) => void }[] = [];
  const bench = { timing, sent, stalls: 0 };
  const window = new PublishWindow({
    limit,
    send: ({ topic }, done) => sent.push({ topic, done }),
    timing,
    ackDeadlineMs: 30_000,
    onStall: () => {
      bench.stalls += 1;
    },
  });
  const publish = (topic: string) => window.publish({ topic, payload: '', retain: false });
  return Object.assign(bench, { window, publish });
}

test('no more than the limit is unacknowledged, and order is kept', async () => {
  const { sent, publish } = createBench(2);
  const all = Promise.all(['a', 'b', 'c', 'd'].map(publish));
  expect(sent.map(({ topic }) => topic)).toEqual(['a', 'b']);
  sent[1]?.done(null);
  expect(sent.map(({ topic }) => topic)).toEqual(['a', 'b', 'c']);
  sent[0]?.done(null);
  sent[2]?.done(null);
  sent[3]?.done(null);
  await all;
});

test('a refusal rejects its own message and no other', async () => {
  const { sent, publish } = createBench(2);
  const [a, b] = [publish('a'), publish('b')];
  sent[0]?.done(new Error('no'));
  sent[1]?.done(null);
  await expect(a).rejects.toThrow('no');
  await b;
});

test('giving up rejects what waits and what is under way, and late acknowledgements change nothing', async () => {
  const { timing, sent, window, publish } = createBench(1);
  const outcomes = Promise.allSettled([publish('a'), publish('b')]);
  window.rejectAll('Lost.');
  sent[0]?.done(null);
  expect((await outcomes).map(({ status }) => status)).toEqual(['rejected', 'rejected']);
  expect(sent).toHaveLength(1);
  expect(timing.pending).toBe(0);
});

test('silence is noticed after the deadline, counted from the last acknowledgement', () => {
  const bench = createBench(2);
  const { timing, sent, publish } = bench;
  void publish('a');
  void publish('b');
  timing.advance(29_999);
  sent[0]?.done(null);
  timing.advance(29_999);
  expect(bench.stalls).toBe(0);
  timing.advance(1);
  expect(bench.stalls).toBe(1);
});

test('nothing is awaited when everything is acknowledged', () => {
  const { timing, sent, publish } = createBench(2);
  void publish('a');
  sent[0]?.done(null);
  expect(timing.pending).toBe(0);
});
