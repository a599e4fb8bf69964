import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { createServer, type Server } from 'node:https';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { connectAsync, type MqttClient } from 'mqtt';
import { makeCertificate } from '../support/certificate.ts';
import { type Mosquitto, startMosquitto } from '../support/mosquitto.ts';
import { openPty, type Pty } from '../support/pty.ts';

/** To what the agent also tells and asks; the peers do neither. */
const SUBSCRIPTIONS = JSON.stringify({ slotsSubscriptionStatus: {} });
const ANSWER = JSON.stringify({ detailCode: 'STANDARD_ORDER_PLACED', eventInstanceId: 'instance' });

/** Broker, DRS and serial devices for every subject, all real; and an observer on the broker. */
export class World {
  readonly folder = mkdtempSync(join(tmpdir(), 'bench-'));
  readonly caFile = join(this.folder, 'ca.pem');
  readonly broker: Mosquitto;
  readonly #observer: MqttClient;
  readonly #drs: Server;
  #onMessage: (topic: string, payload: string) => void = () => undefined;
  #onPost: () => void = () => undefined;
  /** Bytes of topics and payloads that reached the broker, by device. */
  readonly #bytesHeard = new Map<string, number>();
  posts = 0;

  private constructor(broker: Mosquitto, observer: MqttClient, drs: Server) {
    this.broker = broker;
    this.#observer = observer;
    this.#drs = drs;
  }

  static async open(): Promise<World> {
    const { caPem, certPem, keyPem } = makeCertificate({ hosts: ['localhost', '127.0.0.1'] });
    const drs = createServer({ cert: certPem, key: keyPem, keepAliveTimeout: 600_000 });
    await new Promise<void>((resolve) => drs.listen(0, '127.0.0.1', resolve));
    const broker = await startMosquitto({ lines: ['set_tcp_nodelay true'] });
    const observer = await connectAsync(broker.url, { protocolVersion: 5 });
    const world = new World(broker, observer, drs);
    writeFileSync(world.caFile, caPem);
    await world.#listen();
    return world;
  }

  async #listen(): Promise<void> {
    this.#drs.on('request', (request, response) => {
      if (request.url?.includes('/replenish/') === true) {
        this.posts += 1;
        this.#onPost();
      }
      request.resume().on('end', () => {
        response.writeHead(200, { 'content-type': 'application/json', 'x-amzn-RequestId': 'request' });
        response.end(request.method === 'GET' ? SUBSCRIPTIONS : ANSWER);
      });
    });
    this.#observer.on('message', (topic, payload) => {
      const [, device = ''] = topic.split('/', 2);
      this.#bytesHeard.set(device, this.bytesHeard(device) + topic.length + payload.length);
      this.#onMessage(topic, payload.toString());
    });
    await this.#observer.subscribeAsync('replenish/#', { qos: 0 });
  }

  bytesHeard(device: string): number {
    return this.#bytesHeard.get(device) ?? 0;
  }

  get drsUrl(): string {
    return `https://127.0.0.1:${(this.#drs.address() as AddressInfo).port}`;
  }

  openPort(name: string): Pty {
    mkdirSync(join(this.folder, 'dev'), { recursive: true });
    return openPty({ link: join(this.folder, 'dev', name) });
  }

  /** Resolves with the moment at which such a message arrives. */
  heard(fits: (topic: string, payload: string) => boolean): Promise<number> {
    return within(30_000, 'a message', (resolve) => {
      this.#onMessage = (topic, payload) => {
        if (fits(topic, payload)) resolve(performance.now());
      };
    });
  }

  /** Resolves with the moment at which the next order arrives. */
  posted(): Promise<number> {
    return within(30_000, 'an order', (resolve) => {
      this.#onPost = () => resolve(performance.now());
    });
  }

  /** Nothing that one subject said is to be taken for the next one's. */
  async forget(topics: readonly string[]): Promise<void> {
    for (const topic of topics) await this.#observer.publishAsync(topic, '', { retain: true, qos: 1 });
  }

  async close(): Promise<void> {
    await this.#observer.endAsync(true);
    this.#drs.closeAllConnections();
    this.#drs.close();
    await this.broker.dispose();
    rmSync(this.folder, { recursive: true, force: true });
  }
}

function within(ms: number, what: string, wait: (resolve: (atMs: number) => void) => void): Promise<number> {
  return new Promise((resolve, reject) => {
    const timer = setTimeout(() => reject(new Error(`Waited ${ms / 1000} s for ${what}.`)), ms);
    wait((atMs) => {
      clearTimeout(timer);
      resolve(atMs);
    });
  });
}
