/*
 * Where things stand, as data: more of what the house promises (see layout.ts).
 */

/** Where programs begin: what none of them reaches is dead. */
export const ENTRIES: readonly string[] = [
  'agent/main.ts',
  'config/dashboard/main.ts',
  'config/dashboard/offline.ts',
  'config/generate/main.ts',
  'config/packaging/build.ts',
];
