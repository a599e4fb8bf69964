import { describe, expect, it } from 'vitest';
import { createCommandPort } from '../../agent/report/command-port.ts';
import type { Envelope } from '../../agent/report/envelope.ts';
import type { PublishOptions } from '../../agent/report/link.ts';
import { mayAnswerOn, topics } from '../../agent/report/topics.ts';

const NAMES = topics('plant/replenish', 'printer-7');
const RESULT = 'plant/replenish/printer-7/command/result';
const PLAIN: Envelope = { retain: false, responseTopic: null, correlationData: null };

function setUp() {
  const world = { isConnected: true, isRefused: false };
  const published: { topic: string; payload: string; options: PublishOptions }[] = [];
  const warnings: string[] = [];
  const port = createCommandPort({
    names: NAMES,
    publisher: {
      connected: () => world.isConnected,
      publish: async (topic, payload, options) => {
        if (world.isRefused || !world.isConnected) throw new Error('no way');
        published.push({ topic, payload, options });
      },
    },
    log: { warn: (_facts, sentence) => warnings.push(sentence) },
    take: async (payload) => (payload.length === 0 ? null : { id: 'a', ok: true, message: 'Done.' }),
  });
  return { port, world, published, warnings };
}

async function answerTo(envelope: Partial<Envelope>) {
  const { port, published } = setUp();
  await port.take(Buffer.from('x'), { ...PLAIN, ...envelope });
  await port.take(Buffer.alloc(0), { ...PLAIN, ...envelope });
  expect(published).toHaveLength(1);
  return published[0];
}

describe('the answer to a command', () => {
  it('goes to the response topic with the correlation data, and is not retained', async () => {
    const correlationData = Buffer.from([0, 255, 7]);
    expect(await answerTo({ responseTopic: 'apps/phone-1', correlationData })).toMatchObject({
      topic: 'apps/phone-1',
      payload: '{"id":"a","ok":true,"message":"Done."}',
      options: { retain: false, correlationData },
    });
  });

  it('goes to command/result when there is no response topic', async () => {
    expect(await answerTo({})).toMatchObject({ topic: RESULT, options: { retain: false } });
  });

  it.each([
    '',
    'a/+',
    'a/#',
    'a\nb',
    'a\u0000b',
    '$SYS/broker',
    'x'.repeat(513),
    'plant/replenish/printer-7/token',
    'plant/replenish/printer-7/status',
    'plant/replenish/printer-7/command',
    'plant/replenish/printer-7/slots/black/order',
  ])('never goes to %j', async (responseTopic) => {
    expect(mayAnswerOn(NAMES, responseTopic)).toBe(false);
    expect(await answerTo({ responseTopic })).toMatchObject({ topic: RESULT });
  });

  it.each([RESULT, `${RESULT}/phone-1`, 'plant/replenish/printer-77/x', 'a'])(
    'may go to %j',
    async (topic) => {
      expect(await answerTo({ responseTopic: topic })).toMatchObject({ topic });
    },
  );

  it('does not carry correlation data of any size about', async () => {
    const answer = await answerTo({ responseTopic: 'a', correlationData: Buffer.alloc(1025) });
    expect(answer).toMatchObject({ topic: RESULT, options: { retain: false } });
    expect(answer?.options).not.toHaveProperty('correlationData');
  });

  it('that the broker refuses is told to the log, and harms nothing', async () => {
    const { port, world, published, warnings } = setUp();
    world.isRefused = true;
    await port.take(Buffer.from('x'), PLAIN);
    port.reconnected();
    expect(published).toEqual([]);
    expect(warnings).toEqual([expect.stringMatching(/not delivered/)]);
  });

  it('waits for a connection, and no more than 64 do', async () => {
    const { port, world, published, warnings } = setUp();
    world.isConnected = false;
    for (let i = 0; i < 100; i++) await port.take(Buffer.from('x'), { ...PLAIN, responseTopic: `r/${i}` });
    expect(published).toEqual([]);
    world.isConnected = true;
    port.reconnected();
    port.reconnected();
    expect(published.map(({ topic }) => topic)).toEqual(Array.from({ length: 64 }, (_, i) => `r/${i + 36}`));
    expect(warnings).toEqual([]);
  });
});
