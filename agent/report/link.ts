import type { Envelope } from './envelope.ts';

/** What is known about the connection to the broker. */
export type LinkState = {
  /** True once the broker has acknowledged `online` and the subscriptions were answered. */
  readonly connected: boolean;
  /** The MQTT version in use; null while not connected. 4 is how MQTT 3.1.1 calls itself. */
  readonly protocolVersion: ProtocolVersion | null;
  /** What is wrong and what to do about it, without any secret; null while all is well. */
  readonly error: string | null;
};

export type ProtocolVersion = 4 | 5;

/** Whoever listens on a link. */
export type LinkListener = {
  /** A message within the limits. May not throw. */
  onMessage(topic: string, payload: Buffer, envelope: Envelope): void;
  /** Called when anything in it changed, not for each failed attempt. May not throw. */
  onState(state: LinkState): void;
};

/** The part of a link that reports need. */
export type Publisher = {
  connected(): boolean;
  /**
   * Publishes at QoS 1. Resolves when the broker has acknowledged. Rejects with a sentence when there is no
   * connection, when it is lost before the acknowledgement, and when the broker refuses. Nothing is kept for
   * later: that is the caller's.
   */
  publish(topic: string, payload: string, options: PublishOptions): Promise<void>;
};

export type PublishOptions = {
  readonly retain: boolean;
  /** MQTT 5: what the receiver knows its own question by. */
  readonly correlationData?: Uint8Array;
};

/** A connection to the broker that is made again for as long as it lives. */
export type MqttLink = Publisher & {
  /** Starts connecting, and keeps at it. Returns at once; trouble is told to `onState`. */
  start(): void;
  /** Incoming messages dropped since the start: too big, too frequent, or on a topic nobody subscribed to. */
  droppedMessages(): number;
  /**
   * Says `offline`, waits for the acknowledgement at most 2 s, and disconnects; whatever happens it resolves in
   * less than 3 s. May be called at any time, and again.
   */
  stop(): Promise<void>;
};

/** The `mqtt:` section as far as connecting goes. File names are complete paths. */
export type MqttSettings = {
  /** `mqtt`, `mqtts`, `ws` or `wss`. */
  readonly url: string;
  readonly username: string | null;
  readonly passwordFile: string | null;
  readonly caFile: string | null;
  readonly certFile: string | null;
  readonly keyFile: string | null;
};
