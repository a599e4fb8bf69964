import { parseArgs } from 'node:util';

export type FleetRequest =
  | ({ readonly kind: 'run' } & FleetOptions)
  | { readonly kind: 'help' }
  /** The words make no request; `message` says why. */
  | { readonly kind: 'misuse'; readonly message: string };

export type FleetOptions = {
  readonly agents: number;
  /** null for a broker of the fleet's own. */
  readonly broker: string | null;
  readonly minutes: number;
  readonly seed: number;
  /** Restarts the broker, empty, in the middle. */
  readonly restartsBroker: boolean;
};

/** A process has 20,000 file descriptors on most systems, and loopback 28,000 ports. */
const AGENTS_MAX = 10_000;

export const USAGE = [
  'usage: npm run fleet -- [OPTIONS]',
  '',
  "Many simulated devices in one process, with the agent's own pipelines, policy, reports and MQTT connections.",
  '',
  `  --agents N         devices, at most ${AGENTS_MAX}; default 1000`,
  '  --broker URL       mqtt://HOST:PORT; default a mosquitto of its own, on a free port',
  '  --minutes M        how long; default 3',
  '  --seed S           other devices, other use, other faults; default 1',
  '  --restart-broker   restarts the broker of its own in the middle, empty',
  '  --help             this text',
  '',
].join('\n');

/** Reads the words after the program's name. */
export function readOptions(words: readonly string[]): FleetRequest {
  try {
    const { values } = parseArgs({
      args: [...words],
      options: {
        agents: { type: 'string', default: '1000' },
        broker: { type: 'string' },
        minutes: { type: 'string', default: '3' },
        seed: { type: 'string', default: '1' },
        'restart-broker': { type: 'boolean', default: false },
        help: { type: 'boolean', short: 'h' },
      },
      strict: true,
    });
    if (values.help === true) return { kind: 'help' };
    const restartsBroker = values['restart-broker'];
    if (restartsBroker && values.broker !== undefined)
      throw new Error('--restart-broker is for a broker of its own: leave --broker out.');
    return {
      kind: 'run',
      agents: number('--agents', values.agents, 1, AGENTS_MAX),
      broker: values.broker ?? null,
      minutes: number('--minutes', values.minutes, 0.05, 7 * 24 * 60),
      seed: number('--seed', values.seed, 0, 2 ** 31),
      restartsBroker,
    };
  } catch (error) {
    return { kind: 'misuse', message: error instanceof Error ? error.message : String(error) };
  }
}

function number(option: string, text: string, min: number, max: number): number {
  const value = Number(text);
  if (text.trim() === '' || !(value >= min && value <= max))
    throw new Error(`${option} takes a number from ${min} to ${max}.`);
  return value;
}
