import type { Duplex } from 'node:stream';
// The client class alone: the package's own connect() would load every transport it knows.
import { type IConnackPacket, MqttClient } from 'mqtt';
import type { Timing } from '../../hardware/timing.ts';
import { within } from '../system/within.ts';
import { openSocket } from './broker-stream.ts';
import { envelopeOf } from './envelope.ts';
import { createPacketSizeGuard } from './inbound-limit.ts';
import type { MqttLink } from './link.ts';
import {
  brokerSilence,
  clientFailure,
  disconnectReason,
  errorCode,
  type Failure,
  missingCapability,
  oversizedPacket,
  publishRefusal,
  subscribeRefusal,
  transportFailure,
  unexplainedClose,
} from './mqtt-failure.ts';
import { clientOptions, publishOptions, SUBSCRIBE_OPTIONS, webSocketOptions } from './mqtt-options.ts';
import { type OutgoingMessage, PublishWindow } from './publish-window.ts';
import {
  type Connection,
  type ConnectionListener,
  type ConnectionOpener,
  type ConnectionRequest,
  createReconnectingLink,
  type LinkOptions,
} from './reconnecting-link.ts';

/** For name, TCP, TLS, CONNACK and the answers to birth and subscriptions together. */
const CONNECT_DEADLINE_MS = 20_000;
/** A broker that answers pings and acknowledges nothing is no broker. */
const ACK_DEADLINE_MS = 30_000;
const FAREWELL_ACK_MS = 2_000;
const FAREWELL_CLOSE_MS = 500;
/** Unacknowledged messages at a time; fewer when the broker's Receive Maximum says so. */
const MAX_IN_FLIGHT = 16;

/**
 * The agent's connection to the broker over mqtt.js; the only file that knows the library. Each connection is a
 * client of its own that never reconnects, so that nothing ever waits in the library's memory.
 */
export function createMqttLink(options: LinkOptions): MqttLink {
  return createReconnectingLink(options, openMqttConnection(options.timing));
}

/** Makes connections one by one, each of them once. */
export function openMqttConnection(timing: Timing): ConnectionOpener {
  return (request, listener) => new MqttConnection(request, listener, timing);
}

class MqttConnection implements Connection {
  readonly #request: ConnectionRequest;
  readonly #listener: ConnectionListener;
  readonly #timing: Timing;
  readonly #closed = Promise.withResolvers<void>();
  readonly #cancelDeadline: () => void;
  #client: MqttClient | null = null;
  #stream: Duplex | null = null;
  /** Null until the broker has let us in. */
  #window: PublishWindow | null = null;
  #transportOpen = false;
  #closing = false;
  #ended = false;
  #failure: Failure | null = null;

  constructor(request: ConnectionRequest, listener: ConnectionListener, timing: Timing) {
    this.#request = request;
    this.#listener = listener;
    this.#timing = timing;
    const { plan } = request;
    this.#cancelDeadline = timing.after(CONNECT_DEADLINE_MS, () => {
      this.#fail(brokerSilence(plan.target, CONNECT_DEADLINE_MS));
    });
    if (plan.target.scheme === 'mqtt' || plan.target.scheme === 'mqtts') {
      this.#begin(() => openSocket(plan, () => this.#transportOpened()));
      return;
    }
    // Loaded only where it is used.
    import('mqtt/lib/connect/ws').then(
      ({ streamBuilder }) => this.#begin((client) => streamBuilder(client, webSocketOptions(plan)) as Duplex),
      (error: unknown) => this.#neverBegan(error),
    );
  }

  publish(message: OutgoingMessage): Promise<void> {
    if (this.#window === null || this.#closing || this.#ended)
      return Promise.reject(new Error(`The message on ${message.topic} was not sent: the connection ends.`));
    return this.#window.publish(message);
  }

  async close(): Promise<void> {
    const window = this.#failure === null && !this.#ended && !this.#closing ? this.#window : null;
    this.#closing = true;
    if (window !== null) await this.#sayFarewell(window);
    // Without a farewell the broker publishes the will, which says the same.
    this.#stream?.destroy();
    if (this.#client === null) this.#finish();
    await within(this.#timing, FAREWELL_CLOSE_MS, this.#closed.promise);
  }

  async #sayFarewell(window: PublishWindow): Promise<void> {
    window.rejectAll('The message was not acknowledged before the agent stopped.');
    const said = this.#announce(window, 'offline').then(
      () => true,
      () => false,
    );
    if ((await within(this.#timing, FAREWELL_ACK_MS, said)) !== true) return;
    this.#client?.end();
    await within(this.#timing, FAREWELL_CLOSE_MS, this.#closed.promise);
  }

  #begin(open: (client: MqttClient) => Duplex): void {
    if (this.#closing || this.#failure !== null) {
      this.#finish();
      return;
    }
    try {
      const client = new MqttClient((made) => this.#guarded(open(made)), clientOptions(this.#request));
      this.#client = client;
      const { attention } = this.#request;
      // The library acknowledges a message when this is done with it.
      if (attention !== undefined)
        client.handleMessage = (_packet, done) => void attention.then(() => done(), done);
      client.on('connect', (packet) => this.#established(client, packet));
      client.on('packetreceive', () => this.#listener.onHeard?.());
      client.on('message', (topic, payload, packet) => {
        this.#listener.onMessage(topic, payload, envelopeOf(packet));
      });
      client.on('disconnect', (packet) => this.#fail({ sentence: disconnectReason(packet.reasonCode ?? 0) }));
      client.on('error', (error) => {
        this.#fail(clientFailure(error, this.#window !== null, this.#request.plan.target));
      });
      client.on('close', () => this.#finish());
    } catch (error) {
      // An unusable certificate or key is told by its code; anything else is a mistake in the agent.
      if (errorCode(error) === '') throw error;
      this.#neverBegan(error);
    }
  }

  #neverBegan(error: unknown): void {
    this.#fail(transportFailure(error, this.#request.plan.target));
    // Later, because this may be our own constructor, whose caller does not know us yet.
    queueMicrotask(() => this.#finish());
  }

  /** Sees sizes and errors before the library does, which keeps silent about some. */
  #guarded(stream: Duplex): Duplex {
    const { target } = this.#request.plan;
    const sound = createPacketSizeGuard();
    stream.on('data', (chunk: Buffer) => {
      if (!sound(chunk)) this.#fail(oversizedPacket(target));
    });
    stream.on('error', (error) => this.#fail(transportFailure(error, target)));
    this.#stream = stream;
    return stream;
  }

  #transportOpened(): void {
    this.#transportOpen = true;
  }

  #established(client: MqttClient, { properties: broker = {} }: IConnackPacket): void {
    const lack = missingCapability(broker.maximumQoS ?? 2, broker.retainAvailable ?? true);
    if (lack !== null) {
      this.#fail(lack);
      return;
    }
    const window = new PublishWindow({
      limit: Math.min(MAX_IN_FLIGHT, broker.receiveMaximum ?? MAX_IN_FLIGHT),
      send: (message, done) => send(client, message, done),
      timing: this.#timing,
      ackDeadlineMs: ACK_DEADLINE_MS,
      onStall: () => this.#fail(brokerSilence(this.#request.plan.target, ACK_DEADLINE_MS)),
    });
    this.#window = window;
    const answers = [
      this.#announce(window, 'online').then(
        () => this.#listener.onAnnounced?.() ?? null,
        (error: Error) => error.message,
      ),
      subscribe(client, this.#request.subscriptions),
    ];
    void Promise.all(answers).then((flaws) => this.#ready(flaws));
  }

  /** A visitor has no topic for it, and says nothing. */
  async #announce(window: PublishWindow, payload: 'online' | 'offline'): Promise<void> {
    const { statusTopic: topic } = this.#request;
    if (topic !== null) await window.publish({ topic, payload, retain: true });
  }

  #ready(flaws: readonly (string | null)[]): void {
    if (this.#closing || this.#ended || this.#failure !== null) return;
    this.#cancelDeadline();
    const found = flaws.filter((flaw) => flaw !== null);
    this.#listener.onReady(found.length === 0 ? null : found.join(' '));
  }

  /** The first failure counts: those after it are its consequences. */
  #fail(failure: Failure): void {
    this.#failure ??= failure;
    this.#stream?.destroy();
  }

  #finish(): void {
    if (this.#ended) return;
    this.#ended = true;
    this.#cancelDeadline();
    this.#window?.rejectAll('The connection to the broker was lost before the message was acknowledged.');
    this.#closed.resolve();
    const established = this.#window !== null;
    const failure = this.#failure ?? unexplainedClose(this.#request.plan.target, established);
    const reached = this.#transportOpen || this.#failure === null ? 'unanswered' : 'unreached';
    this.#listener.onEnd({
      stage: failure.stage ?? (established ? 'established' : reached),
      sentence: failure.sentence,
      poisoned: failure.poisoned ?? false,
    });
  }
}

function send(client: MqttClient, message: OutgoingMessage, done: (error: Error | null) => void): void {
  const { topic, payload } = message;
  client.publish(topic, payload, publishOptions(message), (error) => {
    done(error ? new Error(publishRefusal(topic, error)) : null);
  });
}

/** Resolves to null, or to a sentence about the topics that were refused; losing them is no reason to leave. */
function subscribe(client: MqttClient, wanted: readonly string[]): Promise<string | null> {
  if (wanted.length === 0) return Promise.resolve(null);
  return new Promise((resolve) => {
    client.subscribe([...wanted], SUBSCRIBE_OPTIONS, (error, _asked, packet) => {
      if (error === null) {
        resolve(null);
        return;
      }
      const granted = packet?.granted ?? [];
      const refused = wanted.filter((_topic, index) => Number(granted[index] ?? 0x80) >= 0x80);
      resolve(refused.map(subscribeRefusal).join(' '));
    });
  });
}
