import { parseArgs } from 'node:util';
import { HARDSHIPS, type Hardship, isHardship } from './hardships.ts';
import { DAYS_PER_DEVICE } from './simulate.ts';

export type SimulationRequest =
  | {
      readonly kind: 'run';
      readonly seed: number;
      /** Which devices of the seed, by number. */
      readonly devices: { readonly first: number; readonly count: number };
      readonly hardships: ReadonlySet<Hardship>;
    }
  | { readonly kind: 'help' }
  /** The words make no request; `message` says why. */
  | { readonly kind: 'misuse'; readonly message: string };

export const USAGE = [
  'usage: npm run simulate -- [OPTIONS]',
  '',
  "The agent's own code in a simulated world full of trouble; every promise of purchase safety is checked at every step.",
  '',
  `  --days N      device-days to simulate, ${DAYS_PER_DEVICE} for each device; default 100000`,
  '  --seed S      another seed, another world; default 1',
  '  --device D    only this device of the seed: replays a finding',
  '  --with KIND   adds trouble that a usual run is spared; may be repeated:',
  ...Object.entries(HARDSHIPS).map(([name, words]) => `      ${name}: ${words}`),
  '  --help        this text',
  '',
].join('\n');

/** Reads the words after the program's name. */
export function readOptions(words: readonly string[]): SimulationRequest {
  try {
    const { values } = parseArgs({
      args: [...words],
      options: {
        days: { type: 'string' },
        seed: { type: 'string' },
        device: { type: 'string' },
        with: { type: 'string', multiple: true },
        help: { type: 'boolean', short: 'h' },
      },
      strict: true,
    });
    if (values.help === true) return { kind: 'help' };
    const days = readNumber('--days', values.days, 100_000);
    const device = values.device === undefined ? null : readNumber('--device', values.device, 0);
    return {
      kind: 'run',
      seed: readNumber('--seed', values.seed, 1),
      devices:
        device === null
          ? { first: 0, count: Math.max(1, Math.ceil(days / DAYS_PER_DEVICE)) }
          : { first: device, count: 1 },
      hardships: new Set((values.with ?? []).map(readHardship)),
    };
  } catch (error) {
    return { kind: 'misuse', message: error instanceof Error ? error.message : String(error) };
  }
}

function readHardship(word: string): Hardship {
  if (isHardship(word)) return word;
  throw new Error(`--with takes ${Object.keys(HARDSHIPS).join(', ')}, not "${word}".`);
}

function readNumber(option: string, text: string | undefined, otherwise: number): number {
  if (text === undefined) return otherwise;
  if (/^\d{1,9}$/.test(text)) return Number(text);
  throw new Error(`${option} takes a whole number, not "${text}".`);
}
