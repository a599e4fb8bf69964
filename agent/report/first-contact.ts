import type { Config } from '../../config/config.ts';
import type { Timing } from '../../hardware/timing.ts';
import { within } from '../system/within.ts';
import type { Envelope } from './envelope.ts';
import type { LinkListener, LinkState, MqttLink } from './link.ts';
import { createMqttLink } from './mqtt-link.ts';
import { mqttClientId, topics } from './topics.ts';
import { wantedTopics } from './wanted-topics.ts';

/** A link that is under way before there is anybody to listen on it. */
export type FirstContact = {
  /** Connects; to be called once at the most, and before the hand-over if at all. */
  begin(): void;
  /**
   * Resolves when the broker knows that the device is there, or the first attempt has come to nothing; soon in any case:
   * what waits for it would only keep an answer waiting.
   */
  made(): Promise<unknown>;
  /** Not connected, to whoever asks, before it was handed over. */
  readonly link: MqttLink;
  /** Hands the link over, once, and connects if that has not begun: its state as it is by now and what came in the meantime is told first, in order. */
  handOver(listener: LinkListener): void;
};

/** A broker in the same house answers in a few, one far away in some tens. */
const MADE_MS_MAX = 100;

/**
 * The way to the broker, which may be begun before the rest of the agent is built. A message that comes before the
 * hand-over is kept and not acknowledged: the broker sends it again should the agent not live so long.
 */
export function makeFirstContact(
  config: Config,
  { timing, random, onHeard }: { timing: Timing; random: () => number; onHeard: () => void },
): FirstContact {
  const names = topics(config.mqtt.topicPrefix, config.device.id);
  const made = Promise.withResolvers<void>();
  const attention = Promise.withResolvers<void>();
  // Nobody has to act on that nobody listened.
  attention.promise.catch(() => undefined);
  const kept: (readonly [topic: string, payload: Buffer, envelope: Envelope])[] = [];
  let lastState: LinkState | null = null;
  let listener: LinkListener | null = null;

  const link = createMqttLink({
    settings: config.mqtt,
    clientId: mqttClientId(config.mqtt.topicPrefix, config.device.id),
    statusTopic: names.status,
    subscriptions: wantedTopics(config, names),
    attention: attention.promise,
    timing,
    random,
    onMessage: (...message) => {
      if (listener === null) kept.push(message);
      else listener.onMessage(...message);
    },
    onAnnounced: made.resolve,
    onHeard,
    onState: (state) => {
      made.resolve();
      lastState = state;
      listener?.onState(state);
    },
  });

  return {
    begin: () => link.start(),
    made: () => within(timing, MADE_MS_MAX, made.promise),
    link: {
      start: () => link.start(),
      connected: () => listener !== null && link.connected(),
      droppedMessages: () => link.droppedMessages(),
      publish: (topic, payload, options) => link.publish(topic, payload, options),
      stop: () => {
        // What was kept stays with the broker, and no longer keeps its other answers from being read.
        if (listener === null) attention.reject(new Error('The agent ended before anybody listened.'));
        return link.stop();
      },
    },
    handOver: (whoListens) => {
      listener = whoListens;
      if (lastState !== null) whoListens.onState(lastState);
      for (const message of kept.splice(0)) whoListens.onMessage(...message);
      attention.resolve();
      link.start();
    },
  };
}
