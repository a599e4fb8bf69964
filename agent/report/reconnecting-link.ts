import type { Cancel, Timing } from '../../hardware/timing.ts';
import { type ConnectPlan, planConnection } from './connect-plan.ts';
import type { Envelope } from './envelope.ts';
import { createInboundLimit, type InboundLimit } from './inbound-limit.ts';
import type {
  LinkListener,
  LinkState,
  MqttLink,
  MqttSettings,
  ProtocolVersion,
  PublishOptions,
} from './link.ts';
import { type ConnectionStage, chooseAfter, FIRST_CHOICE, type ProtocolChoice } from './protocol-choice.ts';
import type { OutgoingMessage } from './publish-window.ts';
import { failuresAfter, reconnectDelayMs } from './reconnect-delay.ts';

/** What one connection is opened with. */
export type ConnectionRequest = {
  readonly plan: ConnectPlan;
  readonly version: ProtocolVersion;
  readonly clientId: string;
  /** Whether the broker shall forget the session first. */
  readonly cleanStart: boolean;
  /** Topic of birth, will and farewell; null for a visit: nothing is said, and no session stays behind. */
  readonly statusTopic: string | null;
  readonly subscriptions: readonly string[];
  /** Messages are acknowledged from when it resolves; where it is left out, at once. */
  readonly attention?: Promise<void>;
};

export type ConnectionEnd = {
  readonly stage: ConnectionStage;
  /** What went wrong and what to do. */
  readonly sentence: string;
  /** The broker holds something for us that must not be sent again. */
  readonly poisoned: boolean;
};

/** None of these is called before `open` has returned; `onEnd` is called once, last. */
export type ConnectionListener = {
  /** The broker has the birth message. */
  onAnnounced?(): void;
  /** @param flaw what the broker refused while it let us in; null when nothing. */
  onReady(flaw: string | null): void;
  onMessage(topic: string, payload: Buffer, envelope: Envelope): void;
  /** The broker said anything at all, an answer to a ping for one. */
  onHeard?(): void;
  onEnd(end: ConnectionEnd): void;
};

/** One connection, from the first attempt to its end; never made again. */
export type Connection = {
  publish(message: OutgoingMessage): Promise<void>;
  /** Says farewell when it may, and ends; resolves in less than 3 s. */
  close(): Promise<void>;
};

export type ConnectionOpener = (request: ConnectionRequest, listener: ConnectionListener) => Connection;

export type LinkOptions = LinkListener & {
  readonly settings: MqttSettings;
  readonly clientId: string;
  readonly statusTopic: string;
  /** Exact topics, subscribed to at QoS 1. */
  readonly subscriptions: readonly string[];
  /**
   * Resolves when somebody acts on messages. Until then none is acknowledged, and a broker that loses us before will send
   * it again; when it rejects, nobody ever will. Where it is left out, somebody does from the beginning.
   */
  readonly attention?: Promise<void>;
  readonly timing: Timing;
  /** Evenly spread, 0 to 1; spreads the reconnects of many devices. */
  random(): number;
  /** The broker has the birth message, of this connection. May not throw. */
  onAnnounced?(): void;
  /** The broker said anything at all. May not throw. */
  onHeard?(): void;
};

/** Files are local: looking for them again costs the broker nothing. */
const PLAN_RETRY_MS = 5_000;

/** Keeps one connection standing, over the connections that `open` makes. */
export function createReconnectingLink(options: LinkOptions, open: ConnectionOpener): MqttLink {
  return new ReconnectingLink(options, open);
}

class ReconnectingLink implements MqttLink {
  readonly #options: LinkOptions;
  readonly #open: ConnectionOpener;
  readonly #inbound: InboundLimit;
  #choice: ProtocolChoice = FIRST_CHOICE;
  #failures = 0;
  #cleanStart = false;
  #started = false;
  #connection: Connection | null = null;
  #readyAtMs: number | null = null;
  #cancelRetry: Cancel | null = null;
  /** Set before the connection is closed, which may report its end at once. */
  #stopped = false;
  #stopping: Promise<void> | null = null;
  #state: LinkState = { connected: false, protocolVersion: null, error: null };

  constructor(options: LinkOptions, open: ConnectionOpener) {
    this.#options = options;
    this.#open = open;
    this.#inbound = createInboundLimit(options.subscriptions);
  }

  start(): void {
    if (this.#started || this.#stopped) return;
    this.#started = true;
    this.#attempt();
  }

  connected(): boolean {
    return this.#state.connected;
  }

  droppedMessages(): number {
    return this.#inbound.dropped();
  }

  async publish(topic: string, payload: string, options: PublishOptions): Promise<void> {
    if (this.#connection === null || this.#readyAtMs === null || this.#stopped) {
      throw new Error(`The message on ${topic} was not sent: there is no connection to the broker.`);
    }
    await this.#connection.publish({ topic, payload, ...options });
  }

  stop(): Promise<void> {
    this.#stopping ??= this.#end();
    return this.#stopping;
  }

  async #end(): Promise<void> {
    this.#stopped = true;
    this.#cancelRetry?.();
    await this.#connection?.close();
    this.#connection = null;
    this.#report({ connected: false, protocolVersion: null, error: null });
  }

  #attempt(): void {
    this.#cancelRetry = null;
    const planned = planConnection(this.#options.settings);
    if (!planned.ok) {
      this.#report({ connected: false, protocolVersion: null, error: planned.problem });
      this.#retryIn(PLAN_RETRY_MS);
      return;
    }
    const { clientId, statusTopic, subscriptions, attention } = this.#options;
    const { version } = this.#choice;
    this.#connection = this.#open(
      {
        plan: planned.plan,
        version,
        clientId,
        cleanStart: this.#cleanStart,
        statusTopic,
        subscriptions,
        ...(attention && { attention }),
      },
      {
        onAnnounced: () => this.#options.onAnnounced?.(),
        onReady: (flaw) => this.#ready(version, flaw),
        onMessage: (topic, payload, envelope) => this.#message(topic, payload, envelope),
        onHeard: () => this.#options.onHeard?.(),
        onEnd: (ended) => this.#ended(ended),
      },
    );
  }

  #ready(version: ProtocolVersion, flaw: string | null): void {
    if (this.#stopped) return;
    this.#readyAtMs = this.#options.timing.nowMs();
    this.#cleanStart = false;
    this.#report({ connected: true, protocolVersion: version, error: flaw });
  }

  /** Also while stopping: what came in is acknowledged, so the broker would not send it again. */
  #message(topic: string, payload: Buffer, envelope: Envelope): void {
    if (this.#inbound.admits(topic, payload.length, this.#options.timing.nowMs())) {
      this.#options.onMessage(topic, payload, envelope);
    }
  }

  #ended(ended: ConnectionEnd): void {
    this.#connection = null;
    const stoodMs = this.#readyAtMs === null ? null : this.#options.timing.nowMs() - this.#readyAtMs;
    this.#readyAtMs = null;
    if (this.#stopped) return;
    this.#cleanStart ||= ended.poisoned;
    this.#choice = chooseAfter(this.#choice, { stage: ended.stage, connectedForMs: stoodMs ?? 0 });
    if (this.#choice.atOnce) {
      this.#retryIn(0);
      return;
    }
    this.#failures = failuresAfter(this.#failures, stoodMs);
    this.#report({ connected: false, protocolVersion: null, error: ended.sentence });
    this.#retryIn(reconnectDelayMs(this.#failures, this.#options.random()));
  }

  #retryIn(delayMs: number): void {
    this.#cancelRetry = this.#options.timing.after(delayMs, () => this.#attempt());
  }

  #report(state: LinkState): void {
    const last = this.#state;
    const same =
      state.connected === last.connected &&
      state.protocolVersion === last.protocolVersion &&
      state.error === last.error;
    if (same) return;
    this.#state = state;
    this.#options.onState(state);
  }
}
