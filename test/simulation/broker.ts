import type { Publisher } from '../../agent/report/link.ts';
import type { Cancel } from '../../hardware/timing.ts';
import type { Chance } from './chance.ts';
import type { Life } from './life.ts';
import { HOUR_MS, MINUTE_MS, type Scene, SECOND_MS } from './scene.ts';

export type Delivery = { readonly topic: string; readonly payload: string; readonly retain: boolean };
type Inbound = { readonly topic: string; readonly payload: string };

/** Retained states are many and harmless; deaths and lost acknowledgements around them are rarer. */
const RETAINED_SHARE = 0.05;
const QUEUE_MAX = 100;

/** The broker, with the session that it keeps for the device, and the connection that comes and goes. */
export class Broker {
  readonly #scene: Scene;
  readonly #chance: Chance;
  readonly #session: Inbound[] = [];
  readonly retained = new Map<string, string>();
  #isAway = false;
  #link: BrokerLink | null = null;
  onDelivery: (delivery: Delivery) => void = () => undefined;

  constructor(scene: Scene) {
    this.#scene = scene;
    this.#chance = scene.chance('broker');
    scene.recurs('broker away', null, () => this.#goAway());
  }

  get isAway(): boolean {
    return this.#isAway;
  }

  linkFor(life: Life, listener: LinkListener): BrokerLink {
    this.#link = new BrokerLink(this.#scene, this.#chance, this, life, listener);
    return this.#link;
  }

  /** A message for the device; kept while it is away. */
  send(topic: string, payload: string): void {
    this.#session.push({ topic, payload });
    if (this.#session.length > QUEUE_MAX) this.#session.shift();
    this.flush();
  }

  flush(): void {
    while (this.#link?.connected() === true) {
      const message = this.#session.shift();
      if (message === undefined) return;
      this.#link.listener.onMessage(message.topic, message.payload);
    }
  }

  receive(delivery: Delivery): void {
    if (delivery.retain) this.retained.set(delivery.topic, delivery.payload);
    this.onDelivery(delivery);
  }

  #goAway(): void {
    if (this.#isAway) return;
    this.#isAway = true;
    this.#link?.drop();
    this.#scene.after(this.#chance.magnitude(2 * MINUTE_MS, 60 * HOUR_MS), () => {
      this.#isAway = false;
      this.#scene.note(null, 'the broker is back');
      this.#link?.connectSoon();
    });
  }
}

export type LinkListener = {
  onConnected(): void;
  onMessage(topic: string, payload: string): void;
};

/** One process's connection. */
export class BrokerLink implements Publisher {
  readonly #scene: Scene;
  readonly #chance: Chance;
  readonly #broker: Broker;
  readonly #life: Life;
  readonly listener: LinkListener;
  readonly #open = new Set<(error: Error) => void>();
  #connection = 0;
  #isConnected = false;
  #cancelPlan: Cancel = () => undefined;

  constructor(scene: Scene, chance: Chance, broker: Broker, life: Life, listener: LinkListener) {
    this.#scene = scene;
    this.#chance = chance;
    this.#broker = broker;
    this.#life = life;
    this.listener = listener;
  }

  get underWay(): number {
    return this.#open.size;
  }

  connected(): boolean {
    return this.#isConnected && !this.#life.isOver;
  }

  connectSoon(): void {
    if (this.#isConnected || this.#life.isOver) return;
    this.#cancelPlan();
    this.#cancelPlan = this.#scene.after(this.#chance.between(0.2, 20) * SECOND_MS, () => {
      if (this.#broker.isAway || this.#life.isOver) return;
      this.#isConnected = true;
      this.#connection += 1;
      this.#scene.note(null, 'connected to the broker');
      this.listener.onConnected();
      this.#broker.flush();
    });
  }

  drop(): void {
    if (!this.#isConnected) return;
    this.#isConnected = false;
    this.#scene.isUnsettled = true;
    for (const reject of [...this.#open]) reject(new Error('The connection was lost.'));
  }

  publish(topic: string, payload: string, { retain }: { readonly retain: boolean }): Promise<void> {
    if (!this.connected()) return Promise.reject(new Error('There is no connection.'));
    const share = retain ? RETAINED_SHARE : 1;
    return new Promise((resolve, fail) => {
      const reject = (error: Error): void => {
        this.#open.delete(reject);
        this.#scene.isUnsettled = true;
        if (!this.#life.isOver) fail(error);
      };
      this.#open.add(reject);
      if (this.#life.passes('death before publish', share)) return;
      const connection = this.#connection;
      this.#scene.after(this.#chance.between(2, 60), () => {
        if (!this.#isConnected || this.#connection !== connection) return;
        if (this.#scene.strikes('publish refused', null, share))
          return reject(new Error('The broker refuses.'));
        this.#broker.receive({ topic, payload, retain });
        this.#acknowledge(connection, share, reject, resolve);
      });
    });
  }

  #acknowledge(connection: number, share: number, reject: (error: Error) => void, resolve: () => void): void {
    if (this.#scene.strikes('PUBACK lost', null, share)) {
      this.drop();
      this.connectSoon();
      return;
    }
    this.#scene.after(this.#chance.between(2, 60), () => {
      if (!this.#isConnected || this.#connection !== connection) return;
      if (this.#life.passes('death after publish', share)) return;
      this.#open.delete(reject);
      this.#scene.isUnsettled = true;
      resolve();
    });
  }
}
