import { expect, test } from 'vitest';
import { createOutboxSender } from '../../agent/report/outbox-sender.ts';
import { VirtualTiming } from '../support/virtual-timing.ts';
import { MemoryOutbox } from './memory-outbox.ts';
import { ScriptedPublisher } from './publisher.ts';

function createBench(events: number) {
  const timing = new VirtualTiming();
  const publisher = new ScriptedPublisher();
  const outbox = new MemoryOutbox();
  for (let event = 1; event <= events; event += 1) outbox.add('t', String(event));
  const troubles: (string | null)[] = [];
  const sender = createOutboxSender({
    source: outbox,
    publisher,
    timing,
    onTrouble: (sentence) => troubles.push(sentence),
  });
  const sent = () => publisher.sent.map(({ payload }) => payload).join(' ');
  return { timing, publisher, outbox, troubles, sender, sent };
}

test('an event leaves at once, is not retained, and is removed by its acknowledgement alone', async () => {
  const { publisher, outbox, sender } = createBench(1);
  sender.nudge();
  expect(publisher.sent).toEqual([{ topic: 't', payload: '1', retain: false }]);
  expect(outbox.depth()).toBe(1);
  await publisher.acknowledge();
  expect(outbox.depth()).toBe(0);
});

test('the next event leaves only after the acknowledgement of the one before', async () => {
  const { timing, publisher, sender, sent } = createBench(3);
  sender.nudge();
  sender.nudge();
  timing.advance(60_000);
  expect(sent()).toBe('1');
  await publisher.acknowledge();
  expect(sent()).toBe('1 2');
});

test('a backlog leaves at twenty events a second', async () => {
  const { timing, publisher, sender } = createBench(30);
  const startMs = timing.nowMs();
  sender.nudge();
  while (publisher.sent.length < 30) {
    await publisher.acknowledge();
    timing.advance(timing.nextInMs ?? 0);
  }
  expect(timing.nowMs() - startMs).toBe(29 * 50);
});

test('without a connection nothing is tried, and the backlog leaves in order after the reconnect', async () => {
  const { timing, publisher, outbox, sender, sent } = createBench(2);
  publisher.isConnected = false;
  sender.nudge();
  timing.advance(3_600_000);
  expect(sent()).toBe('');
  expect(timing.pending).toBe(0);
  publisher.isConnected = true;
  sender.reconnected();
  await publisher.acknowledge();
  timing.advance(50);
  await publisher.acknowledge();
  expect(sent()).toBe('1 2');
  expect(outbox.depth()).toBe(0);
});

test('an event whose acknowledgement was lost is sent again, before those after it', async () => {
  const { timing, publisher, outbox, sender, sent } = createBench(2);
  sender.nudge();
  await publisher.disconnect();
  expect(outbox.depth()).toBe(2);
  publisher.isConnected = true;
  timing.advance(1000);
  sender.reconnected();
  await publisher.acknowledge();
  timing.advance(50);
  expect(sent()).toBe('1 1 2');
});

test('an event that the broker refuses is told once, kept, and tried again ever more slowly', async () => {
  const { timing, publisher, outbox, troubles, sender } = createBench(1);
  sender.nudge();
  const waits: (number | null)[] = [];
  for (let attempt = 0; attempt < 8; attempt += 1) {
    await publisher.refuse('not authorised');
    waits.push(timing.nextInMs);
    timing.advance(timing.nextInMs ?? 0);
  }
  expect(waits).toEqual([1000, 2000, 4000, 8000, 16_000, 32_000, 60_000, 60_000]);
  expect(outbox.depth()).toBe(1);
  expect(troubles).toEqual(['not authorised']);
  await publisher.acknowledge();
  expect(outbox.depth()).toBe(0);
  expect(troubles).toEqual(['not authorised', null]);
});

test('new events do not shorten the pause after a refusal; a reconnect does', async () => {
  const { timing, publisher, sender, sent } = createBench(1);
  sender.nudge();
  await publisher.refuse('no');
  timing.advance(500);
  sender.nudge();
  expect(sent()).toBe('1');
  sender.reconnected();
  expect(sent()).toBe('1 1');
});

test('an event that the disk refuses to remove is not sent again, and holds up the others until it is gone', async () => {
  const { timing, publisher, outbox, troubles, sender, sent } = createBench(2);
  outbox.removeFails = true;
  sender.nudge();
  await publisher.acknowledge();
  timing.advance(10_000);
  sender.nudge();
  expect(sent()).toBe('1');
  expect(outbox.removals).toBeLessThan(6);
  expect(troubles).toEqual([expect.stringContaining('disk is full')]);
  outbox.removeFails = false;
  timing.advance(60_000);
  expect(sent()).toBe('1 2');
  expect(troubles).toEqual([expect.any(String), null]);
});

test('a disk that refuses to be read is asked again later', () => {
  const { timing, outbox, troubles, sender, sent } = createBench(1);
  outbox.peekFails = true;
  sender.nudge();
  expect(troubles).toEqual([expect.stringContaining('disk is full')]);
  outbox.peekFails = false;
  timing.advance(1000);
  expect(sent()).toBe('1');
  expect(troubles).toEqual([expect.any(String), null]);
});

test('after stopping nothing leaves', async () => {
  const { timing, publisher, outbox, sender, sent } = createBench(3);
  sender.nudge();
  const stopped = sender.stop();
  await publisher.acknowledge();
  await stopped;
  sender.nudge();
  sender.reconnected();
  timing.advance(60_000);
  expect(sent()).toBe('1');
  expect(outbox.depth()).toBe(2);
});
