import fc from 'fast-check';
import { expect, test } from 'vitest';
import { createRetainedBoard } from '../../agent/report/retained-board.ts';
import { ScriptedPublisher } from './publisher.ts';

function createBench() {
  const publisher = new ScriptedPublisher();
  const refusals: string[] = [];
  const board = createRetainedBoard({ publisher, onRefused: (sentence) => refusals.push(sentence) });
  const sent = () => publisher.sent.map(({ topic, payload }) => `${topic}=${payload}`);
  return { publisher, board, sent, refusals };
}

test('a payload is published retained, once', async () => {
  const { publisher, board } = createBench();
  board.set('a', '1');
  await publisher.acknowledge();
  board.set('a', '1');
  expect(publisher.sent).toEqual([{ topic: 'a', payload: '1', retain: true }]);
});

test('what changes while a publish is under way is sent once, in its last version', async () => {
  const { publisher, board, sent } = createBench();
  for (const payload of ['1', '2', '3', '4']) board.set('a', payload);
  expect(sent()).toEqual(['a=1']);
  await publisher.acknowledge();
  expect(sent()).toEqual(['a=1', 'a=4']);
});

test('what changes back while a publish is under way is not sent again', async () => {
  const { publisher, board, sent } = createBench();
  board.set('a', '1');
  board.set('a', '2');
  board.set('a', '1');
  await publisher.acknowledge();
  expect(sent()).toEqual(['a=1']);
});

test('steps are seen one after the other, then what was set last', async () => {
  const { publisher, board, sent } = createBench();
  for (const payload of ['1', '2', '3']) board.step('a', payload);
  board.set('a', '4');
  for (let i = 0; i < 4; i++) await publisher.acknowledge();
  expect(sent()).toEqual(['a=1', 'a=2', 'a=3', 'a=4']);
});

test('no more than 16 steps wait, and none for a connection', async () => {
  const { publisher, board, sent } = createBench();
  for (let i = 0; i < 100; i++) board.step('a', String(i));
  for (let i = 0; i < 30; i++) await publisher.acknowledge();
  expect(sent()).toHaveLength(17);
  expect(sent().at(-1)).toBe('a=99');
  board.step('a', 'x');
  board.step('a', 'y');
  await publisher.disconnect();
  for (const payload of ['p', 'q', 'r']) board.step('a', payload);
  publisher.isConnected = true;
  board.reconnected();
  await publisher.acknowledge();
  expect(sent().slice(17)).toEqual(['a=x', 'a=r']);
});

test('topics do not wait for each other', () => {
  const { board, sent } = createBench();
  board.set('a', '1');
  board.set('b', '1');
  expect(sent()).toEqual(['a=1', 'b=1']);
});

test('without a connection the latest state waits for one', () => {
  const { publisher, board, sent } = createBench();
  publisher.isConnected = false;
  board.set('a', '1');
  board.set('a', '2');
  expect(sent()).toEqual([]);
  publisher.isConnected = true;
  board.reconnected();
  expect(sent()).toEqual(['a=2']);
});

test('after a reconnect every topic is published again, also what was acknowledged', async () => {
  const { publisher, board, sent } = createBench();
  board.set('a', '1');
  await publisher.acknowledge();
  board.set('b', '1');
  await publisher.disconnect();
  publisher.isConnected = true;
  board.reconnected();
  expect(sent()).toEqual(['a=1', 'b=1', 'a=1', 'b=1']);
});

test('after a reconnect the fresh state goes out, not what was said before', async () => {
  const { publisher, board, sent } = createBench();
  board.set('a', 'old');
  await publisher.acknowledge();
  await publisher.disconnect();
  publisher.isConnected = true;
  board.reconnected(
    new Map([
      ['a', 'new'],
      ['b', 'first'],
    ]),
  );
  expect(sent()).toEqual(['a=old', 'a=new', 'b=first']);
});

test('a payload that the broker refuses is told, and not offered again until something changes', async () => {
  const { publisher, board, sent, refusals } = createBench();
  board.set('a', '1');
  await publisher.refuse('not authorised');
  expect(refusals).toEqual(['not authorised']);
  expect(sent()).toEqual(['a=1']);
  board.set('a', '2');
  board.set('a', '3');
  await publisher.refuse('not authorised');
  expect(sent()).toEqual(['a=1', 'a=2', 'a=3']);
});

test('a topic that is cleared gets an empty payload, and is forgotten', async () => {
  const { publisher, board, sent } = createBench();
  board.set('a', '1');
  board.clear('a');
  await publisher.acknowledge();
  await publisher.acknowledge();
  expect(sent()).toEqual(['a=1', 'a=']);
  board.reconnected();
  expect(sent()).toHaveLength(2);
});

test('whatever happens, the broker ends up with the latest payload of each topic', async () => {
  const step = fc.oneof(
    fc.record({
      kind: fc.constant('set' as const),
      topic: fc.constantFrom('a', 'b'),
      payload: fc.constantFrom('1', '2', '3'),
    }),
    fc.constant({ kind: 'acknowledge' as const }),
    fc.constant({ kind: 'lose' as const }),
  );
  await fc.assert(
    fc.asyncProperty(fc.array(step, { maxLength: 30 }), async (steps) => {
      const { publisher, board } = createBench();
      const wanted = new Map<string, string>();
      for (const taken of steps) {
        if (taken.kind === 'set') {
          wanted.set(taken.topic, taken.payload);
          board.set(taken.topic, taken.payload);
        } else if (taken.kind === 'acknowledge') {
          await publisher.acknowledge();
        } else {
          await publisher.disconnect();
          publisher.isConnected = true;
          board.reconnected();
        }
        expect(publisher.underWay).toBeLessThanOrEqual(2);
      }
      while (publisher.underWay > 0) await publisher.acknowledge();
      const onBroker = new Map(publisher.sent.map(({ topic, payload }) => [topic, payload]));
      expect(onBroker).toEqual(wanted);
    }),
    { numRuns: 60 },
  );
});
