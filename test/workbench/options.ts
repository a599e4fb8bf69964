import { parseArgs } from 'node:util';

/** What the words behind `npm start --` ask for. */
export type WorkbenchOptions = {
  /** End when this many orders were placed and refilled; null to go on. */
  readonly cycles: number | null;
  /** End after this time, milliseconds; null to go on. */
  readonly forMs: number | null;
  /** Lines instead of the live view, on a terminal too. */
  readonly plain: boolean;
};

export type WorkbenchRequest =
  | { readonly kind: 'run'; readonly options: WorkbenchOptions }
  | { readonly kind: 'help' }
  /** The words make no request; `message` says why. */
  | { readonly kind: 'misuse'; readonly message: string };

export const USAGE = [
  'usage: npm start -- [OPTIONS]',
  '',
  'The whole chain on this machine, without hardware and without an account: a simulated Arduino with real firmware on',
  'a serial device, the agent as a process of its own, a broker, and a stand-in of the Dash Replenishment Service.',
  '',
  '  --cycles N      end when N orders were placed and their slots refilled',
  '  --for SECONDS   end after this time',
  '  --plain         lines instead of the live view',
  '  --help          this text',
  '',
].join('\n');

/** Reads the words after the program's name. Pure. */
export function readOptions(words: readonly string[]): WorkbenchRequest {
  try {
    const { values } = parseArgs({
      args: [...words],
      options: {
        cycles: { type: 'string' },
        for: { type: 'string' },
        plain: { type: 'boolean' },
        help: { type: 'boolean', short: 'h' },
      },
      strict: true,
    });
    if (values.help === true) return { kind: 'help' };
    const cycles = readNumber('--cycles', values.cycles);
    const seconds = readNumber('--for', values.for);
    const forMs = seconds === null ? null : seconds * 1000;
    return { kind: 'run', options: { cycles, forMs, plain: values.plain === true } };
  } catch (error) {
    return { kind: 'misuse', message: error instanceof Error ? error.message : String(error) };
  }
}

function readNumber(option: string, text: string | undefined): number | null {
  if (text === undefined) return null;
  const value = Number(text);
  // A timer of Node holds 31 bits of milliseconds: about 24 days.
  if (/^\d+$/.test(text) && value >= 1 && value <= 2_000_000) return value;
  throw new Error(`${option} takes a whole number from 1 to 2000000, not "${text}".`);
}
