import { once } from 'node:events';
import { createServer, type Socket } from 'node:net';
import { Aedes } from 'aedes';

/** An MQTT broker inside this process, on loopback, with nothing kept on disk. It speaks MQTT 3.1.1 only. */
export type Broker = {
  readonly url: string;
  /** Ends at once, with whatever connections are open. */
  close(): Promise<void>;
};

/** DOOR aedes. Starts a broker on a free port. */
export async function startBroker(): Promise<Broker> {
  const aedes = await Aedes.createBroker();
  const sockets = new Set<Socket>();
  const server = createServer((socket) => {
    sockets.add(socket);
    socket.on('close', () => sockets.delete(socket));
    aedes.handle(socket);
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  const address = server.address();
  if (address === null || typeof address === 'string') throw new Error('The broker was given no port.');
  return {
    url: `mqtt://127.0.0.1:${address.port}`,
    async close() {
      server.close();
      await new Promise<void>((resolve) => aedes.close(resolve));
      for (const socket of sockets) socket.destroy();
    },
  };
}
