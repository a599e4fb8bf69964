import { durationMs } from '../../config/quantity.ts';
import { readSlotWords } from './slot-words.ts';
import { SOURCE_FACTS } from './source-facts.ts';

/** What the command line says of a first set-up. */
export type InitWords = {
  /** Answers by option, without dashes. */
  readonly values: ReadonlyMap<string, string>;
  /** The words of each --slot. */
  readonly slots: readonly string[];
  /** Writes over a file that exists. */
  readonly isForced: boolean;
  /** Whatever has a default is not asked. */
  readonly takesDefaults: boolean;
  readonly allowInsecure: boolean;
  /** How long to listen at each speed, in milliseconds. */
  readonly listenMs: number;
};

export const LISTEN_DEFAULT = '3s';
/** Options that take one of a few words. */
const WORDS: Readonly<Record<string, readonly string[]>> = {
  driver: Object.keys(SOURCE_FACTS),
  token: ['mqtt', 'lwa', 'file'],
  'dry-run': ['yes', 'no'],
};
const LISTEN_LIMITS_MS = [100, 10 * 60_000] as const;

/** PURE. The options of `init`; a string is a sentence that says what is wrong with them. */
export function readInitWords(
  values: ReadonlyMap<string, string>,
  slots: readonly string[],
  switches: ReadonlySet<string>,
): InitWords | string {
  const listenMs = durationMs(values.get('listen') ?? LISTEN_DEFAULT);
  const [min, max] = LISTEN_LIMITS_MS;
  if (listenMs === null || listenMs < min || listenMs > max)
    return '--listen is a duration from 100ms to 10m, such as 30s.';
  for (const [option, words] of Object.entries(WORDS)) {
    const given = values.get(option);
    if (given !== undefined && !words.includes(given)) return `--${option} is one of ${words.join(', ')}.`;
  }
  const baudRate = values.get('baud-rate');
  if (baudRate !== undefined && !/^\d{2,7}$/.test(baudRate)) return '--baud-rate is a speed such as 9600.';
  for (const slot of slots) {
    const words = readSlotWords(slot);
    if (typeof words === 'string') return words;
  }
  return {
    values,
    slots,
    isForced: switches.has('force'),
    takesDefaults: switches.has('yes'),
    allowInsecure: switches.has('allow-insecure'),
    listenMs,
  };
}
