import { type ChildProcess, execFileSync, spawn } from 'node:child_process';
import { once } from 'node:events';
import { existsSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

export type MosquittoOptions = {
  /** Serve TLS with this certificate. */
  readonly tls?: { readonly certPem: string; readonly keyPem: string };
  /** Ask clients for a certificate of this authority; only with `tls`. */
  readonly clientCaPem?: string;
  /** Let in only this user. */
  readonly user?: { readonly username: string; readonly password: string };
  /** Lines of an access list, such as `topic read #`. */
  readonly acl?: readonly string[];
  /** Listen for MQTT over WebSocket, too. */
  readonly hasWebSockets?: boolean;
  /** Logs nothing of single connections and messages: for very many of them. */
  readonly isQuiet?: boolean;
  /** Further lines of mosquitto.conf. */
  readonly lines?: readonly string[];
};

export type Mosquitto = {
  /** With host 127.0.0.1; the scheme fits the options. */
  readonly url: string;
  readonly port: number;
  /** Only with `hasWebSockets`. */
  readonly webSocketUrl: string;
  /** What the broker logged so far. */
  log(): string;
  /** Ends the broker; calling it again is harmless. Retained messages and sessions are gone with it. */
  stop(): Promise<void>;
  /** Ends it without a word, as a power cut would. */
  kill(): Promise<void>;
  /** Starts it again on the same port, empty. Stops it first if need be. */
  restart(): Promise<void>;
  /** Ends it for good and removes its files; to be called when the test is over. */
  dispose(): Promise<void>;
};

/** Starts a real mosquitto on a free loopback port, and resolves when it listens. */
export async function startMosquitto(options: MosquittoOptions = {}): Promise<Mosquitto> {
  const folder = mkdtempSync(join(tmpdir(), 'mosquitto-'));
  for (let attempt = 1; ; attempt += 1) {
    const webSocketPort = options.hasWebSockets === true ? await freePort() : null;
    const broker = new MosquittoProcess(folder, await freePort(), webSocketPort, options);
    try {
      await broker.start();
      return broker;
    } catch (error) {
      // Another worker may have been faster with the port.
      if (attempt === 5) throw error;
    }
  }
}

class MosquittoProcess implements Mosquitto {
  readonly url: string;
  readonly port: number;
  readonly webSocketUrl: string;
  readonly #folder: string;
  readonly #isQuiet: boolean;
  #child: ChildProcess | null = null;
  #log = '';

  constructor(folder: string, port: number, webSocketPort: number | null, options: MosquittoOptions) {
    this.port = port;
    this.webSocketUrl = `ws://127.0.0.1:${webSocketPort}`;
    this.#folder = folder;
    this.#isQuiet = options.isQuiet === true;
    this.url = `mqtt${options.tls ? 's' : ''}://127.0.0.1:${port}`;
    writeFileSync(join(folder, 'mosquitto.conf'), configuration(folder, port, webSocketPort, options));
  }

  log(): string {
    return this.#log;
  }

  async start(): Promise<void> {
    const words = [...(this.#isQuiet ? [] : ['-v']), '-c', join(this.#folder, 'mosquitto.conf')];
    const child = spawn(findMosquitto('mosquitto'), words, {
      stdio: ['ignore', 'ignore', 'pipe'],
    });
    this.#child = child;
    // A test that is cut short must not leave its broker behind.
    const killWithUs = () => child.kill('SIGKILL');
    process.once('exit', killWithUs);
    child.once('exit', () => process.off('exit', killWithUs));
    await new Promise<void>((resolve, reject) => {
      child.on('error', reject);
      child.on('exit', (code) => reject(new Error(`mosquitto ended with ${code}:\n${this.#log}`)));
      child.stderr.on('data', (chunk: Buffer) => {
        this.#log += chunk.toString();
        if (/mosquitto version \S+ running/.test(this.#log)) resolve();
      });
    });
  }

  stop(): Promise<void> {
    return this.#end('SIGTERM');
  }

  kill(): Promise<void> {
    return this.#end('SIGKILL');
  }

  async restart(): Promise<void> {
    await this.#end('SIGTERM');
    this.#log = '';
    await this.start();
  }

  async #end(signal: NodeJS.Signals): Promise<void> {
    const child = this.#child;
    this.#child = null;
    if (child === null || child.exitCode !== null || child.signalCode !== null) return;
    const exited = once(child, 'exit');
    child.kill(signal);
    // Told to stop in the wrong moment mosquitto 2.0.11 has been seen to go on for ever.
    const insist = setTimeout(() => child.kill('SIGKILL'), 5000);
    await exited;
    clearTimeout(insist);
  }

  async dispose(): Promise<void> {
    await this.stop();
    rmSync(this.#folder, { recursive: true, force: true });
  }
}

function configuration(
  folder: string,
  port: number,
  webSocketPort: number | null,
  options: MosquittoOptions,
): string {
  const file = (name: string, content: string): string => {
    const path = join(folder, name);
    writeFileSync(path, content, { mode: 0o600 });
    return path;
  };
  const lines = [
    `listener ${port} 127.0.0.1`,
    'persistence false',
    'log_dest stderr',
    // Started by root it would become a user who cannot read the files in the temporary folder.
    ...(process.getuid?.() === 0 ? ['user root'] : []),
    `allow_anonymous ${options.user === undefined}`,
  ];
  if (options.tls) {
    lines.push(
      `certfile ${file('cert.pem', options.tls.certPem)}`,
      `keyfile ${file('key.pem', options.tls.keyPem)}`,
    );
  }
  if (options.clientCaPem) {
    lines.push(`cafile ${file('client-ca.pem', options.clientCaPem)}`, 'require_certificate true');
  }
  if (options.user) {
    const path = file('passwords', '');
    const { username, password } = options.user;
    execFileSync(findMosquitto('mosquitto_passwd'), ['-b', path, username, password], { stdio: 'ignore' });
    lines.push(`password_file ${path}`);
  }
  if (options.isQuiet === true) lines.push('connection_messages false');
  if (options.acl) lines.push(`acl_file ${file('acl', `${options.acl.join('\n')}\n`)}`);
  if (webSocketPort !== null) lines.push(`listener ${webSocketPort} 127.0.0.1`, 'protocol websockets');
  return `${[...lines, ...(options.lines ?? [])].join('\n')}\n`;
}

/** Debian puts the broker where an ordinary user's PATH does not look. */
function findMosquitto(program: string): string {
  const found = ['/usr/sbin', '/usr/bin', '/usr/local/sbin', '/usr/local/bin', '/opt/homebrew/sbin']
    .map((folder) => join(folder, program))
    .find((path) => existsSync(path));
  return found ?? program;
}

/** A port that was free a moment ago. */
export async function freePort(): Promise<number> {
  const server = createServer().listen(0, '127.0.0.1');
  await once(server, 'listening');
  const address = server.address();
  server.close();
  await once(server, 'close');
  if (address === null || typeof address === 'string') throw new Error('no port was given');
  return address.port;
}
