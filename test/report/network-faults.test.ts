import dns from 'node:dns';
import { expect, onTestFinished, test, vi } from 'vitest';
import { createOutboxSender } from '../../agent/report/outbox-sender.ts';
import { startMosquitto } from '../support/mosquitto.ts';
import { recordTopics } from '../support/topic-recorder.ts';
import { VirtualTiming } from '../support/virtual-timing.ts';
import { createLinkBench, hastyTiming, NAMES } from './link-bench.ts';
import { MemoryOutbox } from './memory-outbox.ts';
import { startTcpProxy, startTcpServer } from './tcp-proxy.ts';

const EVENTS = NAMES.slotOrder('black');

/** A real broker behind a cable, and somebody who hears everything. */
async function setUp() {
  const broker = await startMosquitto();
  onTestFinished(() => broker.dispose());
  const cable = await startTcpProxy(broker.port);
  onTestFinished(() => cable.close());
  const recorder = await recordTopics(broker.url);
  onTestFinished(() => recorder.close());
  return { broker, cable, recorder, url: `mqtt://127.0.0.1:${cable.port}` };
}

/** A link that sends what is in the outbox. */
function createSendingBench(url: string, outbox: MemoryOutbox) {
  const bench = createLinkBench(url, {}, ({ connected }) => {
    if (connected) sender.reconnected();
  });
  const sender = createOutboxSender({
    source: outbox,
    publisher: bench.link,
    timing: hastyTiming,
    onTrouble: () => {},
  });
  onTestFinished(() => sender.stop());
  return { ...bench, sender };
}

test('over a slow line events arrive in order, each once', async () => {
  const { cable, recorder, url } = await setUp();
  cable.delay(150);
  const outbox = new MemoryOutbox();
  const events = Array.from({ length: 8 }, (_unused, index) => String(index));
  for (const event of events) outbox.add(EVENTS, event);
  const { link } = createSendingBench(url, outbox);
  link.start();
  await recorder.until(() => recorder.payloads(EVENTS).length >= events.length);
  expect(recorder.payloads(EVENTS)).toEqual(events);
});

test('an event whose bytes break off half-way is not seen by halves, and comes whole after it', async () => {
  const { cable, recorder, url } = await setUp();
  const outbox = new MemoryOutbox();
  const { link, states, until, sender } = createSendingBench(url, outbox);
  link.start();
  await until(() => link.connected());
  cable.cutAfter(500);
  const event = JSON.stringify({ message: 'x'.repeat(2_000) });
  outbox.add(EVENTS, event);
  sender.nudge();
  await until(() => states.length >= 3 && link.connected());
  await recorder.until(() => recorder.payloads(EVENTS).length > 0);
  expect(recorder.payloads(EVENTS)).toEqual([event]);
});

test('a line that died without a word is noticed by the next message within 30 s', async () => {
  const { cable, url } = await setUp();
  const timing = new VirtualTiming();
  const { link, states, until } = createLinkBench(url, {}, () => {}, timing);
  link.start();
  await until(() => link.connected());
  cable.freeze();
  const publishing = link.publish(NAMES.device, 'x', { retain: true });
  timing.advance(29_999);
  expect(link.connected()).toBe(true);
  timing.advance(1);
  await expect(publishing).rejects.toThrow('lost before the message was acknowledged');
  expect(states.at(-1)?.error).toMatch(/did not answer within 30 s: check the network/);
  timing.advance(5_000);
  await until(() => link.connected());
  await link.publish(NAMES.device, 'x', { retain: true });
});

test('with nothing to say, such a line is noticed within one and a half keep-alive times, and a living one is not', async () => {
  vi.useFakeTimers({ toFake: ['setInterval', 'clearInterval'] });
  onTestFinished(() => {
    vi.useRealTimers();
  });
  const { broker, cable, url } = await setUp();
  const { link, states, until } = createLinkBench(url);
  link.start();
  await until(() => link.connected());
  const pings = (): number => broker.log().match(/Sending PINGRESP to plant-replenish/g)?.length ?? 0;
  for (let minute = 1; minute <= 3; minute += 1) {
    vi.advanceTimersByTime(60_000);
    await vi.waitFor(() => expect(pings()).toBe(minute), 20_000);
    // The answer is on its way when the broker says so; a publish that is acknowledged comes behind it.
    await link.publish(NAMES.device, 'x', { retain: true });
  }
  expect(states).toHaveLength(1);
  cable.freeze();
  vi.advanceTimersByTime(89_999);
  expect(link.connected()).toBe(true);
  vi.advanceTimersByTime(1);
  await until(() => states.length >= 2);
  expect(states[1]?.error).toMatch(/no longer answers: check the network/);
});

test('a broker that takes connections and says nothing is given up after 20 s', async () => {
  const silent = await startTcpServer(() => {});
  onTestFinished(() => silent.close());
  const timing = new VirtualTiming();
  const { link, states, until } = createLinkBench(`mqtt://127.0.0.1:${silent.port}`, {}, () => {}, timing);
  link.start();
  timing.advance(20_000);
  await until(() => states.length > 0);
  expect(states[0]?.error).toMatch(/did not answer within 20 s/);
});

test.each([
  ['mqtt', /does not keep to the MQTT protocol: .*login page/],
  ['mqtts', /TLS port/],
  ['ws', /check the path in mqtt\.url/],
])('a login page of the network in place of the broker is told over %s', async (scheme, sentence) => {
  const portal = await startTcpServer((socket) => {
    socket.once('data', () => {
      const page = '<html><body>Please log in</body></html>';
      socket.end(
        `HTTP/1.1 302 Found\r\nlocation: http://127.0.0.1:1/login\r\ncontent-length: ${page.length}\r\n\r\n${page}`,
      );
    });
  });
  onTestFinished(() => portal.close());
  const { link, states, until } = createLinkBench(`${scheme}://127.0.0.1:${portal.port}`);
  link.start();
  await until(() => states.length > 0);
  expect(states[0]?.error).toMatch(sentence);
  expect(states[0]?.error).not.toContain('Please');
});

test('a name that is not known is told, and taken up when it is, with whichever of its addresses answers', async () => {
  const { broker } = await setUp();
  let lookups = 0;
  const lookup = vi.spyOn(dns, 'lookup').mockImplementation(((...words: unknown[]) => {
    const done = words.at(-1) as (error: Error | null, addresses?: unknown) => void;
    lookups += 1;
    const unknown = Object.assign(new Error('getaddrinfo EAI_AGAIN'), { code: 'EAI_AGAIN' });
    // The first address is a node that is down: nothing listens there.
    const addresses = ['127.0.0.2', '127.0.0.1'].map((address) => ({ address, family: 4 }));
    process.nextTick(() => (lookups < 3 ? done(unknown) : done(null, addresses)));
  }) as unknown as typeof dns.lookup);
  onTestFinished(() => lookup.mockRestore());
  const { link, states, until } = createLinkBench(`mqtt://broker.example:${broker.port}`);
  link.start();
  await until(() => link.connected());
  expect(states[0]?.error).toMatch(/name broker\.example cannot be resolved: .*DNS/);
  expect(lookups).toBe(3);
});
