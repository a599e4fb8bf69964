import { execFileSync } from 'node:child_process';
import { readdirSync } from 'node:fs';
import { describe, expect, test } from 'vitest';
import { ROOT, readSources, readTree, source } from './source-tree.ts';
import { badNames, longFiles, silenced, strangers } from './tidiness.ts';
import { TOP_LEVEL } from './top-level.ts';

describe('the project', () => {
  test('has no file that is longer than one idea', () => {
    expect(longFiles(readSources())).toEqual([]);
  });

  test('names files and folders in kebab-case, after what is in them', () => {
    expect(badNames(readTree())).toEqual([]);
  });

  test('types nothing away, silences nothing, leaves no test out', () => {
    expect(silenced(readSources())).toEqual([]);
  });

  test('keeps the top of the repository to what it needs', () => {
    const names = topOfRepository();
    expect(strangers(names)).toEqual([]);
    expect(TOP_LEVEL.filter((name) => !readdirSync(ROOT).includes(name))).toEqual([]);
  });
});

describe('the rules', () => {
  test('find a file that is too long, tests at a greater length', () => {
    const lines = (count: number): string => 'const a = 1;\n'.repeat(count);
    expect(longFiles([source('agent/a.ts', lines(250)), source('test/a.test.ts', lines(500))])).toEqual([]);
    expect(longFiles([source('agent/a.ts', lines(251)), source('test/a.test.ts', lines(501))])).toHaveLength(
      2,
    );
  });

  test.each([
    'agent/slotState.ts',
    'agent/Slot.ts',
    'agent/slot_state.ts',
    'agent/utils.ts',
    'agent/lib',
    'agent/index.ts',
  ])('find the name %s', (path) => {
    expect(badNames([path])).toHaveLength(1);
  });

  test('let good names pass', () => {
    expect(badNames(['agent/slot-state.ts', 'config/agent.schema.json', 'test/a-b.test.ts'])).toEqual([]);
  });

  test.each([
    'const a: any = 1;',
    'const a = b as any;',
    'type A = Record<string, any>;',
    'let a: any[];',
    '// @ts-ignore',
    '/* @ts-expect-error: later */',
    '// biome-ignore lint: because',
    "test.skip('a', () => {});",
    "describe.only('a', () => {});",
    "test.concurrent.todo('a');",
    "it.skipIf(slow)('a', () => {});",
  ])('find %s', (line) => {
    expect(silenced([source('test/a.test.ts', line)])).toHaveLength(1);
  });

  test.each([
    "const text = 'any // @ts-ignore test.skip(';",
    '// any of these is good; test.skip would not be',
    'await Promise.any([a]); expect.any(Number); const b = { any: 1 };',
    "test.each([1])('a', () => {});",
  ])('let %s pass', (line) => {
    expect(silenced([source('test/a.test.ts', line)])).toEqual([]);
  });

  test('find a stranger at the top', () => {
    expect(strangers(['agent', '.gitignore', 'README.md', 'src', 'notes.txt'])).toHaveLength(2);
  });
});

/** What git keeps at the top; in an export without git, what is there and is not made by npm or the build. */
function topOfRepository(): readonly string[] {
  try {
    const tracked = execFileSync('git', ['ls-files'], {
      cwd: ROOT,
      encoding: 'utf8',
      stdio: ['ignore', 'pipe', 'ignore'],
    });
    const names = [...new Set(tracked.split('\n').map((path) => path.split('/', 1)[0] ?? ''))];
    return names.filter((name) => name !== '');
  } catch {
    return readdirSync(ROOT).filter((name) => !['node_modules', 'dist', 'coverage'].includes(name));
  }
}
