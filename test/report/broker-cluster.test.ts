import { expect, onTestFinished, test, vi } from 'vitest';
import { createOutboxSender } from '../../agent/report/outbox-sender.ts';
import { startNats } from '../support/nats.ts';
import { recordTopics } from '../support/topic-recorder.ts';
import { VirtualTiming } from '../support/virtual-timing.ts';
import { createLinkBench, hastyTiming, NAMES } from './link-bench.ts';
import { MemoryOutbox } from './memory-outbox.ts';
import { startTcpProxy } from './tcp-proxy.ts';

test('a node of a cluster that is killed in mid-run loses no report, and order is kept', async () => {
  const cluster = await startNats(3);
  onTestFinished(() => cluster.dispose());
  const [doomed, heir, cloudNode] = cluster.nodes;
  if (doomed === undefined || heir === undefined || cloudNode === undefined)
    throw new Error('Three were asked for.');
  // What stands before a cluster: one address, and whichever node is well behind it.
  const front = await startTcpProxy(doomed.port);
  onTestFinished(() => front.close());
  // The cloud keeps its session, as a consumer that must miss nothing has to.
  const cloud = await recordTopics(cloudNode.url, { protocolVersion: 4, clientId: 'cloud', clean: false });
  onTestFinished(() => cloud.close());

  const topic = NAMES.slotOrder('black');
  const outbox = new MemoryOutbox();
  const { link } = createLinkBench(`mqtt://127.0.0.1:${front.port}`, {}, ({ connected }) => {
    if (connected) sender.reconnected();
  });
  const sender = createOutboxSender({
    source: outbox,
    publisher: link,
    timing: hastyTiming,
    onTrouble: () => {},
  });
  onTestFinished(() => sender.stop());
  const events = Array.from({ length: 60 }, (_unused, index) => String(index));
  for (const event of events) outbox.add(topic, event);

  link.start();
  await cloud.until(() => cloud.payloads(topic).length >= 15);
  front.target(heir.port);
  await doomed.kill();
  await cloud.until(() => cloud.payloads(topic).includes('59'), 90_000);
  const came = cloud.payloads(topic);
  expect(came.filter((event, index) => came.indexOf(event) === index)).toEqual(events);
  expect(outbox.depth()).toBeLessThanOrEqual(1);
}, 120_000);

test('of two nodes, the one that is left acknowledges nothing, and a report counts as unsent', async () => {
  const cluster = await startNats(2);
  onTestFinished(() => cluster.dispose());
  const [doomed, left] = cluster.nodes;
  if (doomed === undefined || left === undefined) throw new Error('Two were asked for.');
  const timing = new VirtualTiming();
  const { link, states } = createLinkBench(left.url, {}, () => {}, timing);
  link.start();
  // The refusal of MQTT 5 is followed by 3.1.1 at once, on this clock too.
  await vi.waitFor(() => {
    timing.advance(0);
    expect(link.connected()).toBe(true);
  }, 30_000);
  await doomed.kill();
  const publishing = link.publish(NAMES.slotOrder('black'), '0', { retain: false });
  timing.advance(30_000);
  await expect(publishing).rejects.toThrow('lost before the message was acknowledged');
  expect(states.at(-1)?.error).toMatch(/did not answer within 30 s/);
});
