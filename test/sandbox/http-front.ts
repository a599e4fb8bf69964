import { createServer as createHttpServer, type IncomingMessage, type ServerResponse } from 'node:http';
import { createServer as createHttpsServer } from 'node:https';
import type { AddressInfo, Socket } from 'node:net';
import type { RawRequest } from './raw-request.ts';
import type { Wire } from './spoil.ts';
import { sendWire } from './wire.ts';

export type FrontOptions = {
  readonly host: string;
  /** 0 lets the system choose. */
  readonly port: number;
  /** Serves HTTPS when given. */
  readonly tls: { readonly key: string; readonly cert: string } | null;
  readonly answer: (request: RawRequest, clientPort: number) => Promise<Wire>;
  /** Told of bytes that are no HTTP request at all. */
  readonly onGarbage: (message: string) => void;
};

export type Front = {
  readonly port: number;
  /** Ends at once, whatever is still open. */
  close(): Promise<void>;
};

const MAX_BODY_BYTES = 65_536;

/** Listens, hands over raw requests, and puts what comes back on the wire. */
export async function startFront(options: FrontOptions): Promise<Front> {
  const sockets = new Set<Socket>();
  const serve = async (request: IncomingMessage, response: ServerResponse): Promise<void> => {
    const { method = '', url = '', rawHeaders, socket } = request;
    const { remotePort: clientPort = 0 } = socket;
    const body = await readBody(request);
    if (body === null) {
      options.onGarbage(`a request with a body of more than ${MAX_BODY_BYTES} bytes`);
      socket.destroy();
      return;
    }
    const wire = await options.answer({ method, url, rawHeaders, body }, clientPort);
    const tcp = [...sockets].find((candidate) => isSameConnection(candidate, socket));
    sendWire(wire, response, tcp ?? socket);
  };
  const onRequest = (request: IncomingMessage, response: ServerResponse): void => {
    serve(request, response).catch((error: unknown) => {
      // A client that went away while it was still sending needs no answer; anything else is our own mistake.
      if (request.complete) console.error('The sandbox failed on a request:', error);
      request.socket.destroy();
    });
  };
  const server =
    options.tls === null ? createHttpServer(onRequest) : createHttpsServer({ ...options.tls }, onRequest);
  // With TLS this is the bare TCP socket below, the only one that can be reset.
  server.on('connection', (socket: Socket) => {
    sockets.add(socket);
    socket.on('error', () => {});
    socket.on('close', () => sockets.delete(socket));
  });
  server.on('clientError', (error: NodeJS.ErrnoException, socket) => {
    if (error.code !== 'ECONNRESET') options.onGarbage(`no HTTP request: ${error.message}`);
    if (socket.writable) socket.end('HTTP/1.1 400 Bad Request\r\nConnection: close\r\n\r\n');
    else socket.destroy();
  });
  await new Promise<void>((resolve, reject) => {
    server.once('error', reject);
    server.listen(options.port, options.host, resolve);
  });
  return {
    port: (server.address() as AddressInfo).port,
    async close() {
      const closed = new Promise<void>((resolve) => server.close(() => resolve()));
      for (const socket of sockets) socket.destroy();
      await closed;
    },
  };
}

function isSameConnection(one: Socket, other: Socket): boolean {
  return one.remotePort === other.remotePort && one.remoteAddress === other.remoteAddress;
}

/** The whole body, or null when it is longer than any call needs. */
async function readBody(request: IncomingMessage): Promise<Buffer | null> {
  const chunks: Buffer[] = [];
  let bytes = 0;
  for await (const chunk of request as AsyncIterable<Buffer>) {
    bytes += chunk.length;
    if (bytes > MAX_BODY_BYTES) return null;
    chunks.push(chunk);
  }
  return Buffer.concat(chunks);
}
