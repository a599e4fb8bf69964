import { once } from 'node:events';
import { readFileSync } from 'node:fs';
import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import { join } from 'node:path';
import type { Duplex } from 'node:stream';
import type { ListenAddress } from '../../config/listen-address.ts';
import {
  PAGE_PATHS,
  type PageFile,
  type PageHints,
  pageFile,
  STRICT_HEADERS,
} from '../dashboard/page-files.ts';

export type PageServerOptions = {
  /** Where the files of the page lie. */
  readonly folder: string;
  readonly listen: ListenAddress;
  readonly hints: PageHints;
  /** Asked first; true when it has answered or will. */
  readonly answerOther?: (request: IncomingMessage, response: ServerResponse) => boolean;
};

export type PageServer = {
  /** With a slash at its end. */
  readonly url: string;
  /** For other protocols on the same port. */
  readonly server: Server;
  close(): Promise<void>;
};

const CONNECTIONS_MAX = 128;
const REQUEST_MS_MAX = 10_000;
const HEAD_BYTES_MAX = 16_384;

/**
 * Serves the dashboard's page: its files from memory, and nothing else. Resolves when it listens.
 * @throws Error of node:fs when the page was not built, of node:net when the address is taken.
 */
export async function startPageServer(options: PageServerOptions): Promise<PageServer> {
  const { folder, listen, hints, answerOther } = options;
  const files = new Map<string, PageFile>(
    Object.entries(PAGE_PATHS).map(([path, [name, contentType]]) => [
      path,
      pageFile(contentType, readFileSync(join(folder, name))),
    ]),
  );
  files.set('/settings.json', pageFile('application/json', Buffer.from(JSON.stringify(hints))));
  const server = createServer({ maxHeaderSize: HEAD_BYTES_MAX, requestTimeout: REQUEST_MS_MAX });
  server.headersTimeout = REQUEST_MS_MAX;
  server.maxConnections = CONNECTIONS_MAX;
  // Those that became another protocol's are the server's no more, and would keep it from closing.
  const sockets = new Set<Duplex>();
  server.on('connection', (socket: Duplex) => {
    sockets.add(socket);
    socket.on('close', () => sockets.delete(socket));
  });
  server.on('request', (request, response) => {
    if (answerOther?.(request, response) !== true) answer(files, request, response);
  });
  server.listen(listen.port, listen.host);
  await once(server, 'listening');
  return {
    url: addressOf(server, listen.host),
    server,
    close: async () => {
      const closed = once(server, 'close');
      server.close();
      for (const socket of sockets) socket.destroy();
      await closed;
    },
  };
}

/** Answers with a text that is nobody's page. */
export function sendPlain(
  response: ServerResponse,
  status: number,
  body: string,
  contentType = 'text/plain',
): void {
  response
    .writeHead(status, { ...STRICT_HEADERS, 'content-type': contentType, 'cache-control': 'no-store' })
    .end(body);
}

function answer(
  files: ReadonlyMap<string, PageFile>,
  request: IncomingMessage,
  response: ServerResponse,
): void {
  const file = files.get((request.url ?? '').split('?', 1)[0] ?? '');
  if (file === undefined) {
    sendPlain(response, 404, 'There is no such page here.\n');
  } else if (request.method !== 'GET' && request.method !== 'HEAD') {
    response.setHeader('allow', 'GET, HEAD');
    sendPlain(response, 405, 'This page can only be read.\n');
  } else {
    sendFile(file, request, response);
  }
}

function sendFile(
  { contentType, body, etag }: PageFile,
  request: IncomingMessage,
  response: ServerResponse,
): void {
  // Kept by browsers, and asked after each time: a page and its code of different ages would not fit together.
  const headers = { ...STRICT_HEADERS, 'cache-control': 'no-cache', etag };
  if (request.headers['if-none-match'] === etag) {
    response.writeHead(304, headers).end();
    return;
  }
  response.writeHead(200, { ...headers, 'content-type': contentType, 'content-length': body.byteLength });
  response.end(request.method === 'HEAD' ? undefined : body);
}

function addressOf(server: Server, host: string): string {
  const address = server.address();
  const port = address === null || typeof address === 'string' ? 0 : address.port;
  return `http://${host.includes(':') ? `[${host}]` : host}:${port}/`;
}
