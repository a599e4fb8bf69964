import { randomBytes, timingSafeEqual } from 'node:crypto';
import type { IncomingMessage, ServerResponse } from 'node:http';
import { join } from 'node:path';
import { type PageServer, sendPlain, startPageServer } from '../../agent/commands/page-server.ts';
import { buildPage } from '../../config/packaging/page.ts';
import type { Broker } from './broker.ts';
import { readDeed } from './deed.ts';
import type { Hands } from './hands.ts';
import { TOPIC_PREFIX } from './scene.ts';

/** The dashboard of the workbench: page, broker and controls on one port of this machine. */
export type BenchPage = {
  /** With the token that the controls ask for. */
  readonly url: string;
  close(): Promise<void>;
};

const BODY_BYTES_MAX = 1_000;
const BROKER_PATH = '/mqtt';
const CONTROLS_PATH = '/controls/';

/** @param folder where the page is built; it must exist. */
export async function startBenchPage(folder: string, broker: Broker, hands: Hands): Promise<BenchPage> {
  const built = join(folder, 'page');
  await buildPage(built);
  const token = randomBytes(24).toString('base64url');
  const page: PageServer = await startPageServer({
    folder: built,
    listen: { host: '127.0.0.1', port: 0 },
    hints: { brokerUrl: BROKER_PATH, topicPrefix: TOPIC_PREFIX },
    answerOther: (request, response) => {
      if (request.url?.startsWith(CONTROLS_PATH) !== true) return false;
      if (!isToken(request.url.slice(CONTROLS_PATH.length), token) || !isFromPage(request))
        sendPlain(response, 403, 'These controls are for the page that the workbench printed.\n');
      else answerControls(request, response, hands);
      return true;
    },
  });
  page.server.on('upgrade', (request, socket, head) => {
    // Another site in the same browser could open it, too: browsers don't keep WebSockets to their own site.
    if (request.url === BROKER_PATH && isFromPage(request)) broker.acceptWebSocket(request, socket, head);
    else socket.destroy();
  });
  return { url: `${page.url}#controls=${token}`, close: page.close };
}

function answerControls(request: IncomingMessage, response: ServerResponse, hands: Hands): void {
  const sendState = (status: number): void =>
    sendPlain(response, status, JSON.stringify(hands.state()), 'application/json');
  if (request.method === 'GET') {
    sendState(200);
    return;
  }
  let body = '';
  request.setEncoding('utf8');
  request.on('data', (chunk: string) => {
    body += chunk;
    if (body.length > BODY_BYTES_MAX) request.destroy();
  });
  request.on('end', () => {
    const deed = request.method === 'POST' ? readDeed(body) : null;
    if (deed !== null) hands.act(deed);
    sendState(deed === null ? 400 : 200);
  });
}

function isToken(given: string, token: string): boolean {
  const [a, b] = [Buffer.from(given), Buffer.from(token)];
  return a.length === b.length && timingSafeEqual(a, b);
}

/** Asked for by this machine's own name, which no foreign site can lend itself, and not from another site. */
function isFromPage({ headers, socket }: IncomingMessage): boolean {
  const own = [`127.0.0.1:${socket.localPort}`, `localhost:${socket.localPort}`];
  if (!own.includes(headers.host ?? '')) return false;
  return headers.origin === undefined || headers.origin === `http://${headers.host}`;
}
