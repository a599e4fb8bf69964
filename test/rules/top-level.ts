/** What stands at the top of the repository beside files that begin with a dot. */
export const TOP_LEVEL: readonly string[] = [
  'CHANGELOG.md',
  'CONTRIBUTING.md',
  'LICENSE',
  'README.md',
  'agent',
  'biome.json',
  'config',
  'hardware',
  'package-lock.json',
  'package.json',
  'test',
  'tsconfig.json',
  'vitest.config.ts',
];
