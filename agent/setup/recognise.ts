import { FirmataFramer } from '../../hardware/firmata/firmata-framer.ts';
import { kindOf } from '../../hardware/firmata/firmata-message.ts';
import type { Framer } from '../../hardware/serial/framer.ts';
import { createLidarFramer } from '../../hardware/serial/lidar-framer.ts';
import { LineFramer } from '../../hardware/serial/line-framer.ts';
import { createMaxbotixCmFramer, createMaxbotixMmFramer } from '../../hardware/serial/maxbotix-framer.ts';
import { createScaleFramer } from '../../hardware/serial/scale-framer.ts';
import { createUltrasonicFramer } from '../../hardware/serial/ultrasonic-framer.ts';
import { ULTRASONIC_MODELS, type UltrasonicModel } from '../../hardware/serial/ultrasonic-models.ts';
import { type LineProposal, proposePatterns } from './line-proposal.ts';

/** What speaks on a port, by the driver that reads it. */
export type Recognised = {
  /** Frames or lines that speak for it. */
  readonly evidence: number;
  /** Whether more bytes could hardly change it. */
  readonly isSure: boolean;
} & (
  | { readonly driver: 'firmata'; readonly firmware: string }
  /** `raw` is the latest value; null when the device said that it has none. */
  | { readonly driver: 'scale' | 'lidar'; readonly raw: number | null }
  /** Models whose bytes look the same, the commonest first. */
  | {
      readonly driver: 'ultrasonic';
      readonly models: readonly UltrasonicModel[];
      readonly raw: number | null;
    }
  | {
      readonly driver: 'lines';
      readonly lines: readonly string[];
      readonly proposals: readonly LineProposal[];
    }
);

/** So many frames with a right checksum, or lines of one strict form, are no coincidence. */
const FRAMES_ENOUGH = 3;
/** Lines of any form: until here another channel may turn up. */
const LINES_ENOUGH = 12;
/** A binary frame may come about by chance; a line that is a weight to the letter does not. */
const FRAMES_FEWEST = 2;
const LINES_FEWEST = 1;
const FIRMWARE_NAME_MAX = 60;

/**
 * PURE. What the bytes are that came from a port at one speed; null when they are nothing that a driver reads. Formats
 * with a checksum are tried first, free lines last.
 */
export function recognise(bytes: Buffer, baudRate: number): Recognised | null {
  if (bytes.length === 0) return null;
  return (
    asFirmata(bytes) ??
    asLidar(bytes) ??
    asUltrasonic(bytes, baudRate) ??
    asStrictLines(bytes) ??
    asLines(bytes)
  );
}

function asFirmata(bytes: Buffer): Recognised | null {
  const { messages } = new FirmataFramer().push(bytes);
  const firmware = messages.find((message) => kindOf(message) === 'firmware');
  if (firmware === undefined) return null;
  return { driver: 'firmata', firmware: firmwareName(firmware), evidence: messages.length, isSure: true };
}

/** F0 79 major minor, then the name with each letter in two bytes of seven bits, F7. */
function firmwareName(message: Buffer): string {
  const letters: number[] = [];
  for (let at = 4; at + 2 < message.length && letters.length < FIRMWARE_NAME_MAX; at += 2) {
    letters.push(((message[at] ?? 0) | ((message[at + 1] ?? 0) << 7)) & 0xff);
  }
  return String.fromCharCode(...letters).replace(/[^\x20-\x7e]/g, '?');
}

function asLidar(bytes: Buffer): Recognised | null {
  const counted = count(createLidarFramer(), bytes, FRAMES_FEWEST);
  return counted === null ? null : { driver: 'lidar', ...counted };
}

function asUltrasonic(bytes: Buffer, baudRate: number): Recognised | null {
  const binary = (Object.keys(ULTRASONIC_MODELS) as UltrasonicModel[]).filter(
    (model) => ULTRASONIC_MODELS[model].rangeMm !== null,
  );
  const atSpeed = binary.filter((model) => ULTRASONIC_MODELS[model].baudRate === baudRate);
  const models = atSpeed.length > 0 ? atSpeed : binary;
  const [model] = models;
  if (model === undefined) return null;
  const counted = count(createUltrasonicFramer(model), bytes, FRAMES_FEWEST);
  return counted === null ? null : { driver: 'ultrasonic', models, ...counted };
}

function asStrictLines(bytes: Buffer): Recognised | null {
  const scale = count(createScaleFramer(), bytes, LINES_FEWEST);
  if (scale !== null) return { driver: 'scale', ...scale };
  const millimetres = count(createMaxbotixMmFramer(), bytes, LINES_FEWEST);
  if (millimetres !== null) return { driver: 'ultrasonic', models: ['maxbotix-mm'], ...millimetres };
  const centimetres = count(createMaxbotixCmFramer(), bytes, LINES_FEWEST);
  return centimetres === null ? null : { driver: 'ultrasonic', models: ['maxbotix-cm'], ...centimetres };
}

/** Null unless most of what came belongs to the format: other bytes count as bad frames. */
function count(
  framer: Framer,
  bytes: Buffer,
  fewest: number,
): { readonly evidence: number; readonly isSure: boolean; readonly raw: number | null } | null {
  const { values, emptyFrames, badFrames } = framer.push(bytes);
  const evidence = values.length + emptyFrames;
  if (evidence < fewest || evidence <= badFrames) return null;
  return { evidence, isSure: evidence >= FRAMES_ENOUGH, raw: values.at(-1)?.raw ?? null };
}

function asLines(bytes: Buffer): Recognised | null {
  const { lines, badLines } = new LineFramer().push(bytes);
  const proposals = proposePatterns(lines);
  const matched = proposals[0]?.matched ?? 0;
  if (matched === 0 || matched <= badLines) return null;
  return { driver: 'lines', lines, proposals, evidence: matched, isSure: matched >= LINES_ENOUGH };
}
