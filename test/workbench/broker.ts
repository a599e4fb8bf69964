import { once } from 'node:events';
import type { IncomingMessage } from 'node:http';
import { createServer, type Socket } from 'node:net';
import type { Duplex } from 'node:stream';
import { Aedes } from 'aedes';
import { createWebSocketStream, WebSocketServer } from 'ws';

/** An MQTT broker inside this process, on loopback, with nothing kept on disk. It speaks MQTT 3.1.1 only. */
export type Broker = {
  readonly url: string;
  readonly port: number;
  /** Takes an upgrade to WebSocket that came to a server of HTTP. Who comes this way may read, and publish nothing. */
  acceptWebSocket(request: IncomingMessage, socket: Duplex, head: Buffer): void;
  /** Ends at once, with whatever connections are open. */
  close(): Promise<void>;
};

/** A page sends a few subscriptions and pings. */
const FRAME_BYTES_MAX = 16_384;

/** DOOR aedes. Starts a broker on a free port. */
export async function startBroker(): Promise<Broker> {
  const aedes = await Aedes.createBroker();
  const sockets = new Set<Socket>();
  const server = createServer((socket) => {
    sockets.add(socket);
    socket.on('close', () => sockets.delete(socket));
    aedes.handle(socket);
  });
  const readers = new WeakSet<object>();
  const webSockets = new WebSocketServer({
    noServer: true,
    maxPayload: FRAME_BYTES_MAX,
    handleProtocols: (protocols) => (protocols.has('mqtt') ? 'mqtt' : false),
  });
  aedes.authorizePublish = (client, _packet, done) =>
    done(client !== null && readers.has(client.conn) ? new Error('The dashboard only reads.') : null);
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  const address = server.address();
  if (address === null || typeof address === 'string') throw new Error('The broker was given no port.');
  return {
    url: `mqtt://127.0.0.1:${address.port}`,
    port: address.port,
    acceptWebSocket(request, socket, head) {
      webSockets.handleUpgrade(request, socket, head, (webSocket) => {
        const stream = createWebSocketStream(webSocket);
        stream.on('error', () => webSocket.terminate());
        readers.add(stream);
        aedes.handle(stream);
      });
    },
    async close() {
      server.close();
      for (const webSocket of webSockets.clients) webSocket.terminate();
      await new Promise<void>((resolve) => aedes.close(resolve));
      for (const socket of sockets) socket.destroy();
    },
  };
}
