import type { HardwareListener, HardwareSource } from '../hardware-source.ts';
import type { Timing } from '../timing.ts';
import type { FramedSettings } from './framed-source.ts';
import { FramedSource } from './framed-source.ts';
import type { LinePattern } from './line-pattern.ts';
import { compileLinePattern, parseLine } from './line-pattern.ts';
import type { ReadLine } from './text-framer.ts';
import { TextFramer } from './text-framer.ts';

/** Driver `lines`: any board that prints its values as lines of text. */
export type LinesSettings = FramedSettings & {
  /** Regular expression for a whole line, with the groups `value` and, optional, `channel`. */
  readonly pattern: string;
};

/** A line is quoted so far in a message. */
const QUOTED_CHARACTERS_MAX = 60;

/**
 * Text lines from a serial port -> readings.
 * @throws when the pattern is not valid; the configuration's check must have caught that.
 */
export function linesSource(
  name: string,
  settings: LinesSettings,
  listener: HardwareListener,
  timing: Timing,
): HardwareSource {
  const compiled = compileLinePattern(settings.pattern);
  if (!compiled.ok) throw new Error(`hardware.${name}.pattern: ${compiled.error}`);
  const { pattern } = compiled;
  const format = {
    driver: 'lines',
    framer: new TextFramer((line) => readLine(pattern, line)),
    describeBad: (line: string | null) => describeBadLines(settings, line),
  };
  return new FramedSource(name, settings, format, listener, timing);
}

const BAD: ReadLine = { kind: 'bad' };

function readLine(pattern: LinePattern, line: string): ReadLine {
  const parsed = parseLine(pattern, line);
  return parsed.ok ? { kind: 'value', channel: parsed.channel, raw: parsed.raw } : BAD;
}

function describeBadLines(settings: LinesSettings, line: string | null): string {
  const { port, baudRate } = settings;
  if (line === null) return `${port} sends no readable text: check baudRate (${baudRate} now).`;
  const quoted = JSON.stringify(line.slice(0, QUOTED_CHARACTERS_MAX));
  return `The lines from ${port} do not match the pattern, for example ${quoted}: correct the pattern, or baudRate (${baudRate} now).`;
}
