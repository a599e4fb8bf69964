import { expect, onTestFinished, test } from 'vitest';
import { createOutboxSender } from '../../agent/report/outbox-sender.ts';
import { startMosquitto } from '../support/mosquitto.ts';
import { recordTopics } from '../support/topic-recorder.ts';
import { createLinkBench, hastyTiming, NAMES } from './link-bench.ts';
import { MemoryOutbox } from './memory-outbox.ts';
import { startTcpProxy } from './tcp-proxy.ts';

test('events keep their order and none is lost while cable and broker fail under them', async () => {
  const broker = await startMosquitto();
  onTestFinished(() => broker.dispose());
  const proxy = await startTcpProxy(broker.port);
  onTestFinished(() => proxy.close());
  const topic = NAMES.slotOrder('black');
  const outbox = new MemoryOutbox();
  const { link } = createLinkBench(`mqtt://127.0.0.1:${proxy.port}`, {}, ({ connected }) => {
    if (connected) sender.reconnected();
  });
  const sender = createOutboxSender({
    source: outbox,
    publisher: link,
    timing: hastyTiming,
    onTrouble: () => {},
  });
  onTestFinished(() => sender.stop());
  const events = Array.from({ length: 40 }, (_unused, index) => String(index));
  for (const event of events) outbox.add(topic, event);

  const seen: string[] = [];
  for (const enough of [8, 8, events.length]) {
    const recorder = await recordTopics(broker.url, { reconnectPeriod: 0 });
    proxy.plugIn();
    link.start();
    await recorder.until(
      () => recorder.payloads(topic).length >= enough || recorder.payloads(topic).at(-1) === '39',
    );
    proxy.unplug();
    // What the broker had taken before has reached the recorder when this has.
    await recorder.publish('end', '');
    await recorder.until((messages) => messages.some((message) => message.topic === 'end'));
    seen.push(...recorder.payloads(topic));
    await recorder.close();
    await broker.kill();
    await broker.restart();
  }

  expect(seen.filter((event, index) => event !== seen[index - 1])).toEqual(events);
  expect(outbox.depth()).toBeLessThanOrEqual(1);
});
