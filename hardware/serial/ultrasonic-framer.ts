import type { Decoded } from './byte-framer.ts';
import { ByteFramer } from './byte-framer.ts';
import type { Framer } from './framer.ts';
import { createMaxbotixCmFramer, createMaxbotixMmFramer } from './maxbotix-framer.ts';
import type { UltrasonicModel } from './ultrasonic-models.ts';
import { ULTRASONIC_MODELS } from './ultrasonic-models.ts';

/*
 * DFRobot's wiki, pages SEN0311 (A02YYUW), SEN0313 (A01NYUB) and SEN0754; JSN-SR04T in its mode 2 says the same:
 * `FF DataH DataL SUM`, mm, SUM the low byte of the sum of the three before.
 */
const FRAME_BYTES = 4;
const HEADER = 0xff;
/** SEN0754 only: another sensor on the same frequency. FFFD, nothing seen, is beyond every range. */
const INTERFERENCE = 0xfffe;

const INTERFERED =
  'Another ultrasonic sensor disturbs this one (FFFE): mount them farther apart, or let them face different ways.';
const TOO_NEAR =
  'The sensor reports 0 or less than it can measure: the surface is too near, or there is none; check that it points at the surface, and raise it if the surface comes too near.';
const NO_TARGET =
  'The sensor sees nothing: check that it points at the surface, and that the surface is within its range.';

/** PURE: the output of an ultrasonic sensor -> mm. */
export function createUltrasonicFramer(model: UltrasonicModel): Framer {
  if (model === 'maxbotix-mm') return createMaxbotixMmFramer();
  if (model === 'maxbotix-cm') return createMaxbotixCmFramer();
  const { rangeMm } = ULTRASONIC_MODELS[model];
  const { min, max } = rangeMm ?? { min: 0, max: Number.POSITIVE_INFINITY };
  const decode = (bytes: Buffer, at: number): Decoded => {
    const distanceMm = bytes.readUInt16BE(at + 1);
    if (distanceMm === INTERFERENCE) return INTERFERED;
    if (distanceMm > max) return NO_TARGET;
    return distanceMm < min ? TOO_NEAR : distanceMm;
  };
  return new ByteFramer({ frameBytes: FRAME_BYTES, isFrame, decode });
}

function isFrame(bytes: Buffer, at: number): boolean {
  if (bytes[at] !== HEADER) return false;
  return ((HEADER + (bytes[at + 1] ?? 0) + (bytes[at + 2] ?? 0)) & 0xff) === bytes[at + 3];
}
