import { crc32 } from 'node:zlib';

const DAY_MS = 24 * 60 * 60 * 1000;

/** A little less than a day, so that every calendar day has one, whatever the waits. */
const DAILY_MS = 23 * 60 * 60 * 1000;

/** After a start that found the duty overdue, the next one comes somewhere between these. */
const CATCH_UP_MS_MIN = DAY_MS / 24;

/**
 * 0 up to 1, always the same for the same words: it spreads a fleet without chance, so that a device keeps its place
 * over restarts and can be reasoned about.
 */
export function phaseOf(...words: readonly string[]): number {
  return crc32(JSON.stringify(words)) / 2 ** 32;
}

/**
 * How long after a daily duty it is to be done again, milliseconds. A fleet that was switched on together did its
 * overdue duties together; the next round is spread over the day, and every later one keeps that place.
 *
 * @param phase 0 up to 1, of this device and duty.
 * @param isCatchUp whether it was overdue when the agent started.
 */
export function againInMs(phase: number, isCatchUp: boolean): number {
  return isCatchUp ? Math.round(CATCH_UP_MS_MIN + phase * (DAILY_MS - CATCH_UP_MS_MIN)) : DAILY_MS;
}
