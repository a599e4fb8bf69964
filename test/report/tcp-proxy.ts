import { once } from 'node:events';
import { connect, createServer, type Socket } from 'node:net';

export type TcpProxy = {
  readonly port: number;
  /** Takes the cable away: breaks all connections off, and every new one, until it is put back. */
  unplug(): void;
  plugIn(): void;
  /** Leads new connections to another server. */
  target(port: number): void;
  /** Breaks all connections off without a word, as a power cut at the device would. */
  cut(): void;
  /** From now on nothing comes back from the server on standing connections; what is said to it arrives. */
  deafen(): void;
  /** From now on nothing passes on standing connections, either way, and nobody is told: a router that forgot them. */
  freeze(): void;
  /** Every piece takes so long from now on, each way. */
  delay(ms: number): void;
  /** Breaks the connection off in the middle of what the client says next: so many bytes still pass. */
  cutAfter(bytes: number): void;
  close(): Promise<void>;
};

/** One direction of a connection. */
type Way = { readonly isUp: boolean; isOpen: boolean; bytesLeft: number };

/** A cable between the agent and its broker that a test can cut. */
export async function startTcpProxy(targetPort: number): Promise<TcpProxy> {
  const sockets = new Set<Socket>();
  const ways = new Set<Way>();
  let plugged = true;
  let delayMs = 0;
  let port = targetPort;
  const cut = (): void => {
    for (const socket of sockets) socket.resetAndDestroy();
  };
  const server = createServer((inbound) => {
    if (!plugged) {
      inbound.destroy();
      return;
    }
    const outbound = connect(port, '127.0.0.1');
    for (const [socket, other] of [
      [inbound, outbound],
      [outbound, inbound],
    ] as const) {
      const way: Way = { isUp: socket === inbound, isOpen: true, bytesLeft: Number.POSITIVE_INFINITY };
      ways.add(way);
      sockets.add(socket);
      socket.on('data', (bytes) => {
        if (!way.isOpen) return;
        const passing = bytes.subarray(0, way.bytesLeft);
        way.bytesLeft -= passing.length;
        const pass = () => other.write(passing, () => passing.length < bytes.length && cut());
        if (delayMs === 0) pass();
        else setTimeout(pass, delayMs);
      });
      socket.on('end', () => way.isOpen && other.end());
      socket.on('error', () => {});
      socket.on('close', () => {
        ways.delete(way);
        sockets.delete(socket);
        other.destroy();
      });
    }
  }).listen(0, '127.0.0.1');
  await once(server, 'listening');
  return {
    port: portOf(server.address()),
    unplug: () => {
      plugged = false;
      cut();
    },
    plugIn: () => {
      plugged = true;
    },
    target: (next) => {
      port = next;
    },
    cut,
    deafen: () => {
      for (const way of ways) way.isOpen &&= way.isUp;
    },
    freeze: () => {
      for (const way of ways) way.isOpen = false;
    },
    delay: (ms) => {
      delayMs = ms;
    },
    cutAfter: (bytes) => {
      for (const way of ways) if (way.isUp) way.bytesLeft = bytes;
    },
    close: async () => {
      server.close();
      for (const socket of sockets) socket.destroy();
      await once(server, 'close');
    },
  };
}

/** Listens on a free loopback port and hands each connection to the test. */
export async function startTcpServer(
  onConnection: (socket: Socket) => void,
): Promise<{ readonly port: number; close(): Promise<void> }> {
  const sockets = new Set<Socket>();
  const server = createServer((socket) => {
    sockets.add(socket);
    socket.on('error', () => {});
    onConnection(socket);
  }).listen(0, '127.0.0.1');
  await once(server, 'listening');
  return {
    port: portOf(server.address()),
    close: async () => {
      server.close();
      for (const socket of sockets) socket.destroy();
      await once(server, 'close');
    },
  };
}

function portOf(address: ReturnType<ReturnType<typeof createServer>['address']>): number {
  if (address === null || typeof address === 'string') throw new Error('no port was given');
  return address.port;
}
