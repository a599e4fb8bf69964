import { once } from 'node:events';
import { connect, createServer, type Server, type Socket } from 'node:net';
import { freePort } from '../support/mosquitto.ts';

/**
 * A way to a server on this machine that can be shut and opened while the server itself stays up, as a network is.
 * Shut, connections are refused and standing ones are cut.
 */
export class Gate {
  readonly port: number;
  readonly #sockets = new Set<Socket>();
  #targetPort: number;
  #server: Server | null = null;
  #isMute = false;

  private constructor(port: number, targetPort: number) {
    this.port = port;
    this.#targetPort = targetPort;
  }

  /** A gate that is shut, on a port of its own. */
  static async shut(targetPort: number): Promise<Gate> {
    return new Gate(await freePort(), targetPort);
  }

  /** Leads elsewhere from now on. */
  target(port: number): void {
    this.#targetPort = port;
  }

  async open(): Promise<void> {
    const server = createServer((near) => this.#join(near)).listen(this.port, '127.0.0.1');
    this.#server = server;
    await once(server, 'listening');
  }

  async close(): Promise<void> {
    const server = this.#server;
    this.#server = null;
    for (const socket of this.#sockets) socket.destroy();
    if (server === null) return;
    server.close();
    await once(server, 'close');
  }

  /** Connections are taken from now on, and nothing ever answers on them; standing ones fall silent. */
  mute(): void {
    this.#isMute = true;
    for (const socket of this.#sockets) socket.unpipe().pause();
  }

  #join(near: Socket): void {
    this.#track(near);
    if (this.#isMute) return;
    const far = connect(this.#targetPort, '127.0.0.1');
    this.#track(far);
    near.pipe(far).pipe(near);
    near.on('close', () => far.destroy());
    far.on('close', () => near.destroy());
  }

  #track(socket: Socket): void {
    this.#sockets.add(socket);
    socket.on('error', () => undefined);
    socket.on('close', () => this.#sockets.delete(socket));
  }
}
