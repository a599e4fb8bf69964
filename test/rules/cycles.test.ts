import { expect, test } from 'vitest';
import { cycles } from './cycles.ts';
import { readSources, source } from './source-tree.ts';

test('nothing in the project imports itself in a circle, types included', () => {
  expect(cycles(readSources(), true)).toEqual([]);
});

test('a circle is found and shown, once', () => {
  const tree = [
    source('agent/a.ts', "import './b.ts';"),
    source('agent/b.ts', "import './c.ts';"),
    source('agent/c.ts', "import './b.ts';\nimport './d.ts';"),
    source('agent/d.ts', ''),
  ];
  expect(cycles(tree, false)).toEqual(['agent/b.ts -> agent/c.ts -> agent/b.ts']);
});

test('a file that imports itself is a circle', () => {
  expect(cycles([source('agent/a.ts', "import './a.ts';")], false)).toEqual(['agent/a.ts -> agent/a.ts']);
});

test('a circle of types alone is told apart', () => {
  const tree = [
    source('agent/a.ts', "import './b.ts';"),
    source('agent/b.ts', "import type { A } from './a.ts';"),
  ];
  expect(cycles(tree, false)).toEqual([]);
  expect(cycles(tree, true)).toHaveLength(1);
});

test('two ways to one file are no circle', () => {
  const tree = [
    source('agent/a.ts', "import './b.ts';\nimport './c.ts';"),
    source('agent/b.ts', "import './d.ts';"),
    source('agent/c.ts', "import './d.ts';"),
    source('agent/d.ts', ''),
  ];
  expect(cycles(tree, true)).toEqual([]);
});
