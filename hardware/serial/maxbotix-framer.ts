import type { ReadLine } from './text-framer.ts';
import { TextFramer } from './text-framer.ts';

/*
 * MaxBotix HRXL-, HRUSB- and XL-MaxSonar: an `R`, digits and a carriage return, 9600 8N1, no checksum. Four digits are
 * millimetres, three are centimetres (data sheets PD11500, PD12141; HRUSB puts a space before the carriage return).
 */
const MILLIMETRES = /^R(\d{4}) ?$/;
const CENTIMETRES = /^R(\d{3}) ?$/;

/** What the sensors report when nothing echoes: the end of their range, 5 m or 10 m; 765 cm for XL. */
const NO_ECHO_MM: readonly number[] = [5000, 9999];
const NO_ECHO_CM: readonly number[] = [765];
const MM_PER_CM = 10;

const NO_TARGET =
  'The sensor sees nothing: check that it points at the surface, and that the surface is within its range.';

/** PURE: the output of a MaxBotix sensor that counts in millimetres -> mm. */
export function createMaxbotixMmFramer(): TextFramer {
  return new TextFramer((line) => readRange(MILLIMETRES.exec(line)?.[1], NO_ECHO_MM, 1));
}

/** PURE: the output of a MaxBotix sensor that counts in centimetres -> mm. */
export function createMaxbotixCmFramer(): TextFramer {
  return new TextFramer((line) => readRange(CENTIMETRES.exec(line)?.[1], NO_ECHO_CM, MM_PER_CM));
}

function readRange(digits: string | undefined, noEcho: readonly number[], mmPerCount: number): ReadLine {
  if (digits === undefined) return { kind: 'bad' };
  const count = Number(digits);
  if (count === 0 || noEcho.includes(count)) return { kind: 'empty', because: NO_TARGET };
  return { kind: 'value', channel: '', raw: count * mmPerCount };
}
