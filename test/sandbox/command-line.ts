import { parseArgs } from 'node:util';
import { DEFAULT_OPTIONS, type SandboxOptions } from './sandbox-options.ts';

/** What the command line asks for; `problem` is a sentence for a wrong one. */
export type CommandLine =
  | { readonly kind: 'help' }
  | { readonly kind: 'problem'; readonly problem: string }
  | {
      readonly kind: 'serve';
      readonly options: Partial<SandboxOptions>;
      readonly adminPort: number;
      /** Whether to serve HTTPS with a certificate made on the spot. */
      readonly tls: boolean;
    };

const DEFAULT_PORT = 8080;
const DEFAULT_ADMIN_PORT = 8081;
const UNIT_MS: Readonly<Record<string, number>> = { ms: 1, s: 1000, m: 60_000, h: 3_600_000, d: 86_400_000 };

const FLAGS = {
  port: { type: 'string' },
  'admin-port': { type: 'string' },
  host: { type: 'string' },
  slot: { type: 'string', multiple: true },
  unsubscribed: { type: 'string', multiple: true },
  model: { type: 'string' },
  serial: { type: 'string' },
  'test-device': { type: 'boolean' },
  tls: { type: 'boolean' },
  lenient: { type: 'boolean' },
  'deliver-after': { type: 'string' },
  'token-lifetime': { type: 'string' },
  'rotate-refresh-tokens': { type: 'boolean' },
  help: { type: 'boolean', short: 'h' },
} as const;

export const USAGE = `Usage: npm run sandbox -- [options]

A strict stand-in of Amazon's Dash Replenishment Service and Login with Amazon. Nothing is ever bought.

  --port N                 port of the service (default ${DEFAULT_PORT}; 0: any free one)
  --admin-port N           port of the controls, loopback only (default ${DEFAULT_ADMIN_PORT}; 0: any free one)
  --host ADDRESS           address to listen on (default ${DEFAULT_OPTIONS.host})
  --slot ID                a slot of the device; repeat for more (default ${DEFAULT_OPTIONS.slots.join(', ')})
  --unsubscribed ID        a slot whose auto-reorder is off; repeat for more
  --model ID, --serial ID  the device (default ${DEFAULT_OPTIONS.model}, ${DEFAULT_OPTIONS.serial})
  --test-device            every order is a test order
  --tls                    serve HTTPS; the CA is written to a file whose name is printed
  --lenient                note deviations from the letter, but serve them
  --deliver-after TIME     deliver every order this long after it was placed, for example 30s
  --token-lifetime TIME    lifetime of access tokens (default ${DEFAULT_OPTIONS.expiresInS}s)
  --rotate-refresh-tokens  every refresh makes a new refresh token and kills the old one
  --help                   this text

Times: 500ms, 30s, 10m, 24h, 7d.
`;

/** Reads the arguments after the program's name. */
export function readCommandLine(args: readonly string[]): CommandLine {
  let values: ReturnType<typeof parse>;
  try {
    values = parse(args);
  } catch (error) {
    return { kind: 'problem', problem: error instanceof Error ? error.message : String(error) };
  }
  if (values.help === true) return { kind: 'help' };
  const port = readPort(values.port, DEFAULT_PORT);
  const adminPort = readPort(values['admin-port'], DEFAULT_ADMIN_PORT);
  if (port === null || adminPort === null) return problem('A port is a whole number, 0 to 65535.');
  const deliverAfterMs = readTimeMs(values['deliver-after'], DEFAULT_OPTIONS.deliverAfterMs);
  const lifetimeMs = readTimeMs(values['token-lifetime'], DEFAULT_OPTIONS.expiresInS * 1000);
  if (deliverAfterMs === undefined || lifetimeMs === undefined || lifetimeMs === null) {
    return problem('A time is a number with a unit: 500ms, 30s, 10m, 24h or 7d.');
  }
  const subscribed = values.slot ?? (values.unsubscribed === undefined ? DEFAULT_OPTIONS.slots : []);
  const unsubscribed = (values.unsubscribed ?? []).map((slotId) => ({ slotId, subscribed: false }));
  return {
    kind: 'serve',
    adminPort,
    tls: values.tls ?? false,
    options: {
      host: values.host ?? DEFAULT_OPTIONS.host,
      port,
      slots: [...subscribed, ...unsubscribed],
      model: values.model ?? DEFAULT_OPTIONS.model,
      serial: values.serial ?? DEFAULT_OPTIONS.serial,
      isTest: values['test-device'] ?? DEFAULT_OPTIONS.isTest,
      lenient: values.lenient ?? DEFAULT_OPTIONS.lenient,
      deliverAfterMs,
      expiresInS: Math.floor(lifetimeMs / 1000),
      refreshAnswer: values['rotate-refresh-tokens'] === true ? 'rotate' : DEFAULT_OPTIONS.refreshAnswer,
    },
  };
}

function parse(args: readonly string[]) {
  return parseArgs({ args: [...args], options: FLAGS, strict: true, allowPositionals: false }).values;
}

function problem(text: string): CommandLine {
  return { kind: 'problem', problem: text };
}

function readPort(text: string | undefined, preset: number): number | null {
  if (text === undefined) return preset;
  return /^\d{1,5}$/.test(text) && Number(text) <= 65_535 ? Number(text) : null;
}

/** Undefined for a text that is no time. */
function readTimeMs(text: string | undefined, preset: number | null): number | null | undefined {
  if (text === undefined) return preset;
  const [, digits, unit] = /^(\d{1,9})(ms|s|m|h|d)$/.exec(text) ?? [];
  const unitMs = UNIT_MS[unit ?? ''];
  return digits === undefined || unitMs === undefined ? undefined : Number(digits) * unitMs;
}
