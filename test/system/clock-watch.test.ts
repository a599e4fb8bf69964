import { expect, it } from 'vitest';
import type { SystemClock } from '../../agent/system/clock.ts';
import { type ClockWatch, createClockWatch } from '../../agent/system/clock-watch.ts';
import { VirtualTiming } from '../support/virtual-timing.ts';

const MINUTE_MS = 60_000;

class TurnedClock extends VirtualTiming implements SystemClock {
  isTrusted: boolean;
  readonly told: number[] = [];

  constructor(isTrusted: boolean) {
    super();
    this.isTrusted = isTrusted;
  }

  wallMs(): number {
    return this.nowMs();
  }

  wallTrusted(): boolean {
    return this.isTrusted;
  }

  instant(): ReturnType<SystemClock['instant']> {
    return { bootId: 'boot', monotonicMs: this.nowMs(), wallMs: this.wallMs(), wallTrusted: this.isTrusted };
  }

  hearWallMs(toldMs: number): void {
    this.told.push(toldMs);
    this.isTrusted = toldMs === this.wallMs();
  }
}

function watch(isTrusted: boolean): { clock: TurnedClock; watched: ClockWatch; seen: boolean[] } {
  const clock = new TurnedClock(isTrusted);
  const seen: boolean[] = [];
  return { clock, seen, watched: createClockWatch(clock, () => seen.push(clock.isTrusted)) };
}

it('tells within a minute, and once, that a clock was set', () => {
  const { clock, seen } = watch(false);
  clock.advance(10 * MINUTE_MS);
  expect(seen).toEqual([]);
  clock.isTrusted = true;
  clock.advance(MINUTE_MS);
  expect(seen).toEqual([true]);
  clock.advance(60 * MINUTE_MS);
  expect(seen).toEqual([true]);
});

it('has no timer while the clock is trusted, nor after a stop', () => {
  expect(watch(true).clock.pending).toBe(0);
  const { clock, watched } = watch(false);
  expect(clock.pending).toBe(1);
  watched.stop();
  expect(clock.pending).toBe(0);
});

it('plans nothing and tells nobody when an answer with a date comes during a stop', () => {
  const { clock, watched, seen } = watch(true);
  watched.stop();
  watched.clock.hearWallMs(clock.wallMs() + 1);
  expect(seen).toEqual([]);
  expect(clock.pending).toBe(0);
});

it('tells at once what the word of a server changes, and goes on to look', () => {
  const { clock, watched, seen } = watch(true);
  watched.clock.hearWallMs(clock.wallMs() + 1);
  expect(seen).toEqual([false]);
  expect(clock.pending).toBe(1);
  watched.clock.hearWallMs(clock.wallMs());
  expect(seen).toEqual([false, true]);
  expect(clock.pending).toBe(0);
  expect(clock.told).toHaveLength(2);
});
