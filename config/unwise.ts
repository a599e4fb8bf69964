import type { Config, HardwareConfig, SlotConfig } from './config.ts';
import { durationText } from './quantity.ts';

/** A setting that works, and that a careful colleague would set otherwise. */
export type UnwiseSetting = { readonly path: readonly string[]; readonly message: string };

/** Percentage points between reorderAt and rearmAt: less than this, a hand in the container passes for a refill. */
const SAFE_GAP_PERCENT = 10;
/** So many readings have to be lost before the level is unknown. */
const READINGS_BEFORE_STALE = 2;
/** Numbered in the order in which devices are plugged in. */
const NUMBERED_PORT = /^\/dev\/tty(?:USB|ACM)\d+$/;

/** PURE. Every setting of that kind. */
export function findUnwise({ replenish, hardware, slots }: Config): readonly UnwiseSetting[] {
  const doubts: UnwiseSetting[] = [];
  if (replenish.dryRun) {
    const message =
      'everything is decided and reported, and nothing ordered: type false when all looks right';
    doubts.push({ path: ['replenish', 'dryRun'], message });
  }
  for (const [name, entry] of Object.entries(hardware)) {
    if (!('port' in entry) || !NUMBERED_PORT.test(entry.port)) continue;
    const message =
      'this name goes to whichever device is plugged in first: type the one that "ls -l /dev/serial/by-id" shows for it';
    doubts.push({ path: ['hardware', name, 'port'], message });
  }
  for (const [name, slot] of Object.entries(slots)) {
    const entry = hardware[slot.sensor.from];
    const intervalMs = entry === undefined ? null : readingEveryMs(entry);
    const ofSlot = [
      ...thresholdDoubts(slot),
      ...(entry === undefined || intervalMs === null
        ? []
        : paceDoubts(slot, intervalMs, 'pollEveryMs' in entry)),
    ];
    doubts.push(...ofSlot.map(({ path, message }) => ({ path: ['slots', name, ...path], message })));
  }
  return doubts;
}

/** How often the hardware gives a reading, in milliseconds, where the configuration says so. */
function readingEveryMs(entry: HardwareConfig): number | null {
  switch (entry.driver) {
    case 'modbus':
    case 'iio':
      return entry.pollEveryMs;
    case 'firmata':
      return entry.samplingIntervalMs;
    case 'gpio':
      return entry.intervalMs;
    default:
      return null;
  }
}

function thresholdDoubts(slot: SlotConfig): readonly UnwiseSetting[] {
  const { reorderAtPercent, rearmAtPercent, filter, leadTimeMs, maxOrders } = slot;
  const doubts: UnwiseSetting[] = [];
  const enoughPercent = reorderAtPercent + SAFE_GAP_PERCENT;
  if (reorderAtPercent === 0) {
    const message =
      'a sensor that never reads quite 0 would never order, and at 0 it is too late: type for example 10%';
    doubts.push({ path: ['reorderAt'], message });
  }
  if (rearmAtPercent < enoughPercent) {
    const remedy =
      enoughPercent <= 100
        ? `type at least ${enoughPercent}%`
        : `lower reorderAt to ${100 - SAFE_GAP_PERCENT}%`;
    const message = `is close to reorderAt (${reorderAtPercent}%): what is no refill may pass for one, and allow another order; ${remedy}`;
    doubts.push({ path: ['rearmAt'], message });
  }
  if (filter.median % 2 === 0) {
    const message = `of an even number there is no reading in the middle: type ${filter.median + 1}`;
    doubts.push({ path: ['filter', 'median'], message });
  }
  if (leadTimeMs !== null && maxOrders === null) {
    const message =
      'a forecast can be wrong: add maxOrders as a budget beside it, for example maxOrders: { count: 2, per: 30d }';
    doubts.push({ path: ['leadTime'], message });
  }
  return doubts;
}

function paceDoubts(
  { confirm, staleAfterMs }: SlotConfig,
  intervalMs: number,
  isPolled: boolean,
): readonly UnwiseSetting[] {
  const doubts: UnwiseSetting[] = [];
  const every = `a reading comes every ${durationText(intervalMs)}`;
  // 0s is said on purpose: there the number of samples alone is to count.
  if (confirm.forMs > 0 && confirm.forMs < intervalMs) {
    const message = `${every}, so that this confirms nothing: type at least ${durationText(intervalMs)}`;
    doubts.push({ path: ['confirm', 'for'], message });
  }
  const steadyMs = READINGS_BEFORE_STALE * intervalMs;
  if (!isPolled && staleAfterMs < steadyMs) {
    const message = `${every}: a single lost one, or none, makes the level unknown; type at least ${durationText(steadyMs)}`;
    doubts.push({ path: ['staleAfter'], message });
  }
  return doubts;
}
