import { fstatSync } from 'node:fs';
import { isatty } from 'node:tty';
import { type DestinationStream, pino } from 'pino';
import { isoTime } from './iso-instant.ts';

/** What pino writes by itself. A fact of such a name would stand in the line a second time, and readers take the last. */
type OwnName = 'level' | 'time' | 'version' | 'msg';

/** What a sentence is about, by name. */
export type LogFacts = Readonly<Record<string, unknown>> & { readonly [name in OwnName]?: never };

/** The log as the rest of the program knows it: a level, facts, a sentence. */
export type Log = {
  debug(facts: LogFacts, sentence: string): void;
  info(facts: LogFacts, sentence: string): void;
  warn(facts: LogFacts, sentence: string): void;
  error(facts: LogFacts, sentence: string): void;
};

/** Names under which a secret could ever stand. None is logged on purpose; this is the net under a mistake. */
const SECRET_NAMES = [
  'accessToken',
  'refreshToken',
  'clientSecret',
  'password',
  'authorization',
  'Authorization',
  'token.text',
];

/** pino's levels -> syslog priorities, as journald reads them from the front of a line (sd-daemon(3)). */
const JOURNAL_PREFIX: Readonly<Record<number, string>> = {
  20: '<7>',
  30: '<6>',
  40: '<4>',
  50: '<3>',
  60: '<2>',
};

/**
 * The log on standard output: JSON lines; with the journal's level prefix under systemd; readable on a terminal.
 *
 * @param level `debug`, `info`, `warn` or `error`.
 */
export async function createLog(level: string, version: string): Promise<Log> {
  const options = {
    level,
    base: { version },
    redact: { paths: SECRET_NAMES.flatMap((name) => [name, `*.${name}`]), censor: '[secret]' },
    timestamp: () => `,"time":"${isoTime(Date.now())}"`,
  };
  const logger = pino(options, await openDestination());
  return {
    debug: (facts, sentence) => logger.debug(facts, sentence),
    info: (facts, sentence) => logger.info(facts, sentence),
    warn: (facts, sentence) => logger.warn(facts, sentence),
    error: (facts, sentence) => logger.error(facts, sentence),
  };
}

async function openDestination(): Promise<DestinationStream> {
  // Not process.stdout.isTTY: the stream would be made for the question.
  if (isatty(1)) {
    const { default: pretty } = await import('pino-pretty');
    return pretty({ ignore: 'version', translateTime: 'HH:MM:ss', sync: true });
  }
  if (!isJournal(process.env['JOURNAL_STREAM'])) return pino.destination({ fd: 1, sync: true });
  return {
    write: (line) => process.stdout.write(`${JOURNAL_PREFIX[levelOf(line)] ?? '<6>'}${line}`),
  };
}

/** The variable is handed on to every child; only where it names standard output itself does the journal read it. */
function isJournal(stream: string | undefined): boolean {
  if (stream === undefined) return false;
  const { dev, ino } = fstatSync(1, { bigint: true });
  return stream === `${dev}:${ino}`;
}

/** pino writes the level first; parsing the whole line for it would cost more than writing it. */
function levelOf(line: string): number {
  return Number(line.slice('{"level":'.length, line.indexOf(',')));
}
