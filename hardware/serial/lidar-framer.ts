import type { Decoded } from './byte-framer.ts';
import { ByteFramer } from './byte-framer.ts';

/*
 * Benewake TF-Luna (manual SJ-PM-TF-Luna, appendix I) and TFmini-S/Plus: 115200 8N1, 9 bytes,
 * `59 59 DistL DistH AmpL AmpH TempL TempH SUM`, SUM the low byte of the sum of the eight before, distance in cm.
 */
const FRAME_BYTES = 9;
const HEADER = 0x59;
const MM_PER_CM = 10;
/** "Unreliable when Amp < 100 or Amp = 65535 (overexposure)." */
const AMPLITUDE_MIN = 100;
const OVEREXPOSED = 0xffff;
/** Distances from here on are the negative codes of the TFmini-S: -1 weak, -2 saturated, -4 too much light. */
const CODES_FROM = 0x8000;

const WEAK =
  'The lidar gets too little light back: clean its window, and check that it points at the surface, within its range.';
const DAZZLED =
  'The lidar is dazzled: keep sunlight and mirroring surfaces out of its view, or mount it farther away.';

/** PURE: the output of a TF-Luna or TFmini -> mm. */
export function createLidarFramer(): ByteFramer {
  return new ByteFramer({ frameBytes: FRAME_BYTES, isFrame, decode });
}

function isFrame(bytes: Buffer, at: number): boolean {
  if (bytes[at] !== HEADER || bytes[at + 1] !== HEADER) return false;
  let sum = 0;
  for (let index = at; index < at + FRAME_BYTES - 1; index += 1) sum += bytes[index] ?? 0;
  return (sum & 0xff) === bytes[at + FRAME_BYTES - 1];
}

function decode(bytes: Buffer, at: number): Decoded {
  const distanceCm = bytes.readUInt16LE(at + 2);
  const amplitude = bytes.readUInt16LE(at + 4);
  if (amplitude === OVEREXPOSED) return DAZZLED;
  if (amplitude < AMPLITUDE_MIN || distanceCm === 0 || distanceCm === 0xffff) return WEAK;
  return distanceCm >= CODES_FROM ? DAZZLED : distanceCm * MM_PER_CM;
}
