import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { onTestFinished } from 'vitest';
import type { Rounds } from '../../agent/doctor/check.ts';
import { BELIEVABLE_FROM_MS, createClock } from '../../agent/system/clock.ts';
import { checkConfig } from '../../config/check.ts';
import type { Config } from '../../config/config.ts';

/** A folder that goes with the test. */
export function folder(): string {
  const path = mkdtempSync(join(tmpdir(), 'doctor-'));
  onTestFinished(() => rmSync(path, { recursive: true, force: true }));
  return path;
}

/** A machine on which nothing runs, no program of the system is installed, and everything may be read and written. */
export function rounds(change: Partial<Rounds> = {}): Rounds {
  return {
    clock: createClock(BELIEVABLE_FROM_MS),
    stateDir: '/nowhere/state',
    command: (words) => `replenish-agent ${words}`,
    reach: async () => null,
    service: async () => ({ kind: 'stopped' }),
    knock: async () => null,
    live: null,
    tool: async () => ({ kind: 'absent' }),
    may: () => true,
    ...change,
  };
}

type Settings = { readonly [key: string]: unknown };

/** A configuration with one slot `black` on `board`; sections are replaced one by one. */
export function configOf(sections: Settings): Config {
  const text = JSON.stringify({
    device: { id: 'printer-7' },
    mqtt: { url: 'mqtt://127.0.0.1:1' },
    replenish: { url: 'https://127.0.0.1:1' },
    hardware: { board: { driver: 'lines', port: '/dev/null', pattern: '(?<value>-?\\d+)' } },
    slots: { black: { slotId: 'a', sensor: { from: 'board' }, calibration: { empty: 0, full: 1000 } } },
    ...sections,
  });
  const checked = checkConfig(text, { config: '/', credentials: null });
  if (!checked.ok) throw new Error(JSON.stringify(checked.problems));
  return checked.config;
}
