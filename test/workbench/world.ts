import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import type { RecordedRequest } from '../sandbox/recorder.ts';
import { type Sandbox, startSandbox } from '../sandbox/sandbox.ts';
import { type AgentEnd, type AgentProcess, createAgentProcess } from './agent-process.ts';
import { type Board, createBoard } from './board.ts';
import { type Broker, startBroker } from './broker.ts';
import { startCloud } from './cloud.ts';
import { type Network, startNetwork } from './network.ts';
import { detailCodeOf, type News, readMessage } from './news.ts';
import { DEVICE_ID, SLOTS, sceneConfig, TOPIC_PREFIX } from './scene.ts';

/** Everything that the workbench runs, wired together. */
export type World = {
  readonly board: Board;
  readonly agent: AgentProcess;
  readonly broker: Broker;
  readonly network: Network;
  /** The next order that DRS takes is not answered. */
  loseAnswer(): void;
  /** A customer who refills a slot of the machine some time after each order. */
  readonly customer: Customer;
  /** Ends all but the agent. */
  close(): Promise<void>;
};

export type WorldFiles = {
  readonly config: string;
  readonly log: string;
};

type Customer = { ordered(slot: string): void; leave(): void };

/** From an order to the refill. */
const DELIVERY_MS = 5_000;

/** The files of a run in its folder. */
export function filesIn(folder: string): WorldFiles {
  return { config: join(folder, 'agent.yaml'), log: join(folder, 'agent.log') };
}

/** Opens everything on loopback, and writes the agent's configuration; starts neither the board nor the agent. */
export async function openWorld(
  folder: string,
  hear: (news: News) => void,
  onAgentEnd: (end: AgentEnd) => void,
): Promise<World> {
  const base = `${TOPIC_PREFIX}/${DEVICE_ID}`;
  const files = filesIn(folder);
  const port = join(folder, 'ttyBoard');
  const slots = SLOTS.map(({ slotId }) => slotId);
  const sandbox = await startSandbox({ isTest: true, model: 'CoffeeCorner', serial: 'CC-0001', slots });
  const broker = await startBroker();
  const cloud = await startCloud({
    brokerUrl: broker.url,
    base,
    issueToken: () => sandbox.issueToken(),
    expiresInS: sandbox.expiresInS,
    onMessage: (topic, payload) => hear(readMessage(base, topic, payload)),
  });
  const board = await createBoard({
    slots: SLOTS,
    port,
    random: Math.random,
    onLow: (slot) => hear({ kind: 'ran-low', slot }),
  });
  const customer = createCustomer(sandbox, board, hear);
  sandbox.onRequest((request) => {
    const news = requestNews(request);
    hear(news);
    if (news.isPurchase && news.slot !== null) customer.ordered(news.slot);
  });
  const network = await startNetwork(broker.port, sandbox.port);
  const [brokerUrl, drsUrl] = [
    `mqtt://127.0.0.1:${network.brokerPort}`,
    `http://127.0.0.1:${network.drsPort}`,
  ];
  writeFileSync(files.config, sceneConfig({ brokerUrl, drsUrl, port }));
  const agent = createAgentProcess({
    config: files.config,
    stateDir: join(folder, 'state'),
    logFile: files.log,
    onEnd: onAgentEnd,
  });
  return {
    board,
    agent,
    broker,
    network,
    customer,
    loseAnswer: () => sandbox.fault({ kind: 'drop', when: 'after-order' }),
    async close() {
      customer.leave();
      await board.close();
      await cloud.close();
      await network.close();
      await Promise.all([broker.close(), sandbox.close()]);
    },
  };
}

function createCustomer(sandbox: Sandbox, board: Board, hear: (news: News) => void): Customer {
  const parcels = new Set<NodeJS.Timeout>();
  return {
    ordered(key) {
      const slot = SLOTS.find((candidate) => candidate.key === key);
      const parcel = setTimeout(() => {
        parcels.delete(parcel);
        if (slot !== undefined) sandbox.deliver(slot.slotId);
        board.refill(key);
        hear({ kind: 'refilled', slot: key, by: 'parcel' });
      }, DELIVERY_MS);
      parcels.add(parcel);
    },
    leave() {
      for (const parcel of parcels) clearTimeout(parcel);
      parcels.clear();
    },
  };
}

function requestNews(request: RecordedRequest): Extract<News, { kind: 'request' }> {
  const { method, url, slotId, answer, orderRecorded, violations } = request;
  return {
    kind: 'request',
    slot: SLOTS.find((slot) => slot.slotId === slotId)?.key ?? null,
    method,
    url,
    httpStatus: answer?.status ?? null,
    detailCode: answer === null ? null : detailCodeOf(answer.body),
    isPurchase: orderRecorded,
    violations,
  };
}
