import { execFileSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { describe, expect, it, onTestFinished, vi } from 'vitest';
import { createClock } from '../../agent/system/clock.ts';
import {
  elapsedAtLeastMs,
  elapsedAtMostMs,
  type Instant,
  WALL_OFF_MS_MAX,
} from '../../agent/system/instant.ts';

const LONG_AGO = Date.UTC(2020, 0, 1);
const DAY_MS = 86_400_000;
const clockFile = fileURLToPath(new URL('../../agent/system/clock.ts', import.meta.url));

describe('the clock', () => {
  it('counts from boot, so that another process of the same boot goes on counting where this one is', () => {
    const before = createClock(LONG_AGO).instant();
    const script = `import { createClock } from ${JSON.stringify(clockFile)}; console.log(JSON.stringify(createClock(0).instant()));`;
    const other = JSON.parse(
      execFileSync(process.execPath, ['--input-type=module-typescript', '-e', script]).toString(),
    ) as Instant;
    const after = createClock(LONG_AGO).instant();
    expect(other.bootId).toBe(before.bootId);
    // The kernel tells time since boot in hundredths of a second.
    expect(other.monotonicMs).toBeGreaterThanOrEqual(before.monotonicMs - 20);
    expect(other.monotonicMs).toBeLessThanOrEqual(after.monotonicMs + 20);
    const uptimeMs = Number(readFileSync('/proc/uptime', 'utf8').split(' ')[0]) * 1000;
    expect(Math.abs(uptimeMs - createClock(LONG_AGO).nowMs())).toBeLessThan(5000);
  });

  it('does not follow the wall clock when that jumps, either way', () => {
    const clock = createClock(LONG_AGO);
    const before = clock.nowMs();
    const real = Date.now();
    for (const jumpMs of [400 * 86_400_000, -400 * 86_400_000]) {
      vi.spyOn(Date, 'now').mockReturnValue(real + jumpMs);
      expect(clock.nowMs() - before).toBeLessThan(10_000);
      expect(clock.nowMs()).toBeGreaterThanOrEqual(before);
    }
    vi.restoreAllMocks();
  });

  it('says in reports when the wall clock is surely wrong, or a server that proved itself contradicts it', () => {
    expect(createClock(Date.now() + 1000).wallTrusted()).toBe(false);
    const clock = createClock(LONG_AGO);
    expect(clock.wallTrusted()).toBe(true);
    clock.hearWallMs(Date.now() - 86_400_000);
    expect(clock.wallTrusted()).toBe(false);
    clock.hearWallMs(Date.now() + 60_000);
    expect(clock.wallTrusted()).toBe(true);
  });

  it('keeps what a server told: a clock that is set meanwhile is right again, one that is turned is wrong', () => {
    const real = Date.now();
    const clock = createClock(LONG_AGO);
    vi.spyOn(Date, 'now').mockReturnValue(real - 86_400_000);
    clock.hearWallMs(real);
    expect(clock.wallTrusted()).toBe(false);
    vi.spyOn(Date, 'now').mockReturnValue(real);
    expect(clock.wallTrusted()).toBe(true);
    vi.spyOn(Date, 'now').mockReturnValue(real + 86_400_000);
    expect(clock.wallTrusted()).toBe(false);
    vi.restoreAllMocks();
  });

  it('is in doubt while systemd-timesyncd runs and has not set it yet', () => {
    const folder = mkdtempSync(join(tmpdir(), 'timesync-'));
    onTestFinished(() => rmSync(folder, { recursive: true }));
    expect(createClock(LONG_AGO, join(folder, 'absent')).wallTrusted()).toBe(true);
    expect(createClock(LONG_AGO, folder).wallTrusted()).toBe(false);
    writeFileSync(join(folder, 'synchronized'), '');
    const clock = createClock(LONG_AGO, folder);
    expect(clock.wallTrusted()).toBe(true);
    expect(clock.instant().wallTrusted).toBe(true);
  });

  it('runs what is planned further ahead than a timer can count', () => {
    vi.useFakeTimers();
    let hasRun = false;
    createClock(LONG_AGO).after(60 * 86_400_000, () => {
      hasRun = true;
    });
    vi.advanceTimersByTime(60 * 86_400_000 - 1000);
    expect(hasRun).toBe(false);
    vi.advanceTimersByTime(1000);
    expect(hasRun).toBe(true);
    vi.useRealTimers();
  });
});

describe('between two boots', () => {
  const earlier: Instant = { bootId: 'a', monotonicMs: 900_000, wallMs: 1_000_000_000, wallTrusted: true };
  const later: Instant = { bootId: 'b', monotonicMs: 60_000, wallMs: 1_000_600_000, wallTrusted: true };

  it('the wall clock tells how much time has passed when it was set from the network both times', () => {
    const muchLater = { ...later, wallMs: earlier.wallMs + DAY_MS };
    expect(elapsedAtLeastMs(earlier, muchLater)).toBe(DAY_MS - 2 * WALL_OFF_MS_MAX);
    expect(elapsedAtMostMs(earlier, muchLater)).toBe(DAY_MS + 2 * WALL_OFF_MS_MAX);
  });

  it('a clock that is a little off, and not seen to be, lets no time pass that has not', () => {
    const ahead = { ...later, wallMs: earlier.wallMs + WALL_OFF_MS_MAX + 60_000 };
    expect(elapsedAtLeastMs(earlier, ahead)).toBe(60_000);
    const behind = { ...later, wallMs: earlier.wallMs - WALL_OFF_MS_MAX };
    expect(elapsedAtMostMs(earlier, behind)).toBe(WALL_OFF_MS_MAX);
  });

  it.each([
    ['before', { ...earlier, wallTrusted: false }, later],
    ['after', earlier, { ...later, wallTrusted: false }],
    ['and is behind', earlier, { ...later, wallMs: 1 }],
  ])('nobody knows when it was not %s: at least the uptime, at most for ever', (_name, from, now) => {
    expect(elapsedAtLeastMs(from, now)).toBe(60_000);
    expect(elapsedAtMostMs(from, now)).toBe(Number.POSITIVE_INFINITY);
  });
});
