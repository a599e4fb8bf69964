import { closeSync, constants, fstatSync, openSync, readSync } from 'node:fs';
import type { MqttSettings } from './link.ts';

/** Where the broker is. */
export type BrokerTarget = {
  readonly scheme: 'mqtt' | 'mqtts' | 'ws' | 'wss';
  /** Without the brackets of an IPv6 address. */
  readonly host: string;
  readonly port: number;
  /** Path and query, for web sockets. */
  readonly path: string;
};

/** Everything read from files for one connection attempt. */
export type ConnectPlan = {
  readonly target: BrokerTarget;
  readonly username: string | null;
  readonly password: string | null;
  /** PEM; null stands for the runtime's own list of authorities. */
  readonly ca: string | null;
  readonly cert: string | null;
  readonly key: string | null;
};

export type PlanResult =
  | { readonly ok: true; readonly plan: ConnectPlan }
  | { readonly ok: false; readonly problem: string };

const DEFAULT_PORTS = { mqtt: 1883, mqtts: 8883, ws: 80, wss: 443 } as const;
const MAX_SECRET_BYTES = 4 * 1024;
const MAX_PEM_BYTES = 1024 * 1024;

/** An expected failure on the way to a plan; its message is the sentence for the technician. */
class PlanProblem extends Error {}

/**
 * Reads what one connection attempt needs. It is done anew for each attempt, because a secret may be provisioned,
 * or a certificate renewed, while the agent runs.
 */
export function planConnection(settings: MqttSettings): PlanResult {
  try {
    return {
      ok: true,
      plan: {
        target: brokerTarget(settings.url),
        username: settings.username,
        password: readPassword(settings),
        ca: readOptional('mqtt.caFile', settings.caFile, MAX_PEM_BYTES),
        cert: readOptional('mqtt.certFile', settings.certFile, MAX_PEM_BYTES),
        key: readOptional('mqtt.keyFile', settings.keyFile, MAX_PEM_BYTES),
      },
    };
  } catch (error) {
    if (error instanceof PlanProblem) return { ok: false, problem: error.message };
    throw error;
  }
}

function brokerTarget(text: string): BrokerTarget {
  const url = URL.parse(text);
  const scheme = url?.protocol.slice(0, -1);
  if (!url || url.hostname === '' || !isScheme(scheme)) {
    throw new PlanProblem('mqtt.url is not a broker address: write mqtts://HOST:PORT (or mqtt, ws, wss).');
  }
  return {
    scheme,
    host: url.hostname.replace(/^\[(.*)\]$/, '$1'),
    port: url.port === '' ? DEFAULT_PORTS[scheme] : Number(url.port),
    path: `${url.pathname === '' ? '/' : url.pathname}${url.search}`,
  };
}

function isScheme(scheme: string | undefined): scheme is BrokerTarget['scheme'] {
  return scheme !== undefined && Object.hasOwn(DEFAULT_PORTS, scheme);
}

/**
 * Without its password file no attempt is made: the broker would refuse it, and some lock out a client that
 * keeps coming without credentials.
 */
function readPassword(settings: MqttSettings): string | null {
  const text = readOptional('mqtt.passwordFile', settings.passwordFile, MAX_SECRET_BYTES);
  if (text === null) return null;
  if (settings.username === null) {
    throw new PlanProblem(
      'mqtt.passwordFile is set without mqtt.username: set the user name that it belongs to.',
    );
  }
  // Editors and `echo` end the file with a line break that is not part of the password.
  const password = text.replace(/\r?\n$/, '');
  if (password === '') {
    throw new PlanProblem(`mqtt.passwordFile ${settings.passwordFile} is empty: write the password into it.`);
  }
  return password;
}

function readOptional(setting: string, path: string | null, maxBytes: number): string | null {
  if (path === null) return null;
  try {
    return readBounded(setting, path, maxBytes);
  } catch (error) {
    if (error instanceof PlanProblem) throw error;
    throw new PlanProblem(`${setting} ${path} ${fileTrouble(error)}`);
  }
}

function readBounded(setting: string, path: string, maxBytes: number): string {
  // Opening a pipe in its place without O_NONBLOCK, or reading it, would block the whole agent.
  const file = openSync(path, constants.O_RDONLY | constants.O_NONBLOCK);
  try {
    if (!fstatSync(file).isFile()) {
      throw new PlanProblem(`${setting} ${path} is not a regular file: name a regular file.`);
    }
    const buffer = Buffer.alloc(maxBytes + 1);
    const length = readSync(file, buffer, 0, buffer.length, 0);
    if (length > maxBytes) {
      throw new PlanProblem(`${setting} ${path} is longer than ${maxBytes} bytes: it is the wrong file.`);
    }
    return buffer.toString('utf8', 0, length);
  } finally {
    closeSync(file);
  }
}

function fileTrouble(error: unknown): string {
  const code = error instanceof Error && 'code' in error ? String(error.code) : 'unknown error';
  switch (code) {
    case 'ENOENT':
      return 'is not there yet: put it in place, and it is taken up within seconds.';
    case 'EACCES':
      return "cannot be read: give the agent's user permission to read it.";
    default:
      return `cannot be read (${code}): check the file and its disk.`;
  }
}
