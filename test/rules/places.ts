/*
 * Where things stand, as data: more of what the house promises (see layout.ts).
 */

/** Where programs begin: what none of them reaches is dead. */
export const ENTRIES: readonly string[] = [
  'agent/main.ts',
  'agent/command-line/write-manual.ts',
  'config/dashboard/main.ts',
  'config/dashboard/offline.ts',
  'config/generate/main.ts',
  'config/packaging/build.ts',
  'config/packaging/deb.ts',
];

/** The only files that may ask for the time, set a timer or draw a number; each says why. */
export const CLOCK_AND_CHANCE: Readonly<Record<string, string>> = {
  'agent/system/clock.ts': 'it is the clock',
  'agent/system/log.ts': 'pino stamps its own lines',
  'agent/system/service-manager.ts': 'systemd asks for its own clock, CLOCK_MONOTONIC',
  'agent/commands/run.ts': 'hands Math.random to the link',
  'agent/compose.ts': 'hands Math.random to the token source, and to the link',
  'agent/flow.ts': 'hands Math.random to the pipelines',
  'config/dashboard/main.ts': 'it is the process of the page, with its own clock and timers',
};
