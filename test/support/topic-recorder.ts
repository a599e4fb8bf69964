import { connectAsync, type IClientOptions, type MqttClient } from 'mqtt';

export type RecordedMessage = {
  readonly topic: string;
  readonly payload: string;
  /** Set when the broker had kept the message from before the subscription, or, on MQTT 5, as it was published. */
  readonly retain: boolean;
  readonly qos: number;
};

export type TopicRecorder = {
  /** Everything that arrived, in order of arrival. */
  readonly messages: readonly RecordedMessage[];
  /** Payloads of one topic, in order of arrival. */
  payloads(topic: string): string[];
  /** Resolves when what arrived so far satisfies the fact; rejects, listing what came instead, after the deadline. */
  until(fact: (messages: readonly RecordedMessage[]) => boolean, deadlineMs?: number): Promise<void>;
  /** Publishes at QoS 1, resolves when acknowledged. */
  publish(topic: string, payload: string | Buffer, retain?: boolean): Promise<void>;
  close(): Promise<void>;
};

/**
 * Subscribes to everything at QoS 2, with the retain flag as published, and records it. It connects again when the
 * broker comes back, and then sees retained messages anew.
 */
export async function recordTopics(url: string, options: IClientOptions = {}): Promise<TopicRecorder> {
  const client = await connectAsync(url, { protocolVersion: 5, reconnectPeriod: 50, ...options });
  const recorder = new Recorder(client);
  await client.subscribeAsync('#', { qos: 2, rap: true });
  return recorder;
}

class Recorder implements TopicRecorder {
  readonly messages: RecordedMessage[] = [];
  readonly #client: MqttClient;
  readonly #checks = new Set<() => void>();

  constructor(client: MqttClient) {
    this.#client = client;
    client.on('error', () => {});
    client.on('message', (topic, payload, packet) => {
      // A broker's own topics, which `#` does not mean (MQTT 5, section 4.7.2): NATS sends them all the same.
      if (topic.startsWith('$')) return;
      this.messages.push({ topic, payload: payload.toString(), retain: packet.retain, qos: packet.qos });
      for (const check of this.#checks) check();
    });
  }

  payloads(topic: string): string[] {
    return this.messages.filter((message) => message.topic === topic).map((message) => message.payload);
  }

  until(fact: (messages: readonly RecordedMessage[]) => boolean, deadlineMs = 30_000): Promise<void> {
    return new Promise((resolve, reject) => {
      const settle = (finish: () => void): void => {
        clearTimeout(timer);
        this.#checks.delete(check);
        finish();
      };
      const timer = setTimeout(() => {
        const seen = this.messages.map((message) => `${message.topic} ${message.payload}`).join('\n');
        settle(() => reject(new Error(`Not seen within ${deadlineMs} ms. What came:\n${seen}`)));
      }, deadlineMs);
      const check = (): void => {
        if (fact(this.messages)) settle(resolve);
      };
      this.#checks.add(check);
      check();
    });
  }

  async publish(topic: string, payload: string | Buffer, retain = false): Promise<void> {
    await this.#client.publishAsync(topic, payload, { qos: 1, retain });
  }

  async close(): Promise<void> {
    await this.#client.endAsync(true);
  }
}
