import { describe, expect, test } from 'vitest';
import { importsOf, targetOf } from './imports.ts';
import { takeApart } from './source-text.ts';

const specifiers = (text: string): readonly string[] => importsOf(text).map(({ specifier }) => specifier);

describe('importsOf', () => {
  test('finds each way to import', () => {
    const text = [
      "import whole from 'a';",
      "import * as all from 'b';",
      "import { one, type Two } from 'c/lib/deep';",
      'import {',
      '  many,',
      '  lines,',
      "} from './d.ts';",
      "import './e.ts';",
      "export { again } from './f.ts';",
      "export * from './g.ts';",
      "const late = await import('h');",
      "import json from '../package.json' with { type: 'json' };",
    ].join('\n');
    expect(specifiers(text)).toEqual([
      'a',
      'b',
      'c/lib/deep',
      './d.ts',
      './e.ts',
      './f.ts',
      './g.ts',
      'h',
      '../package.json',
    ]);
    expect(importsOf(text)[3]).toMatchObject({ names: ['many', 'lines'], line: 7, isTypeOnly: false });
    expect(importsOf(text)[7]).toMatchObject({ isDynamic: true });
  });

  test('tells types, which are erased, from values', () => {
    const text = [
      "import type { A } from './a.ts';",
      "export type { B } from './b.ts';",
      "import { type C } from './c.ts';",
      "import type from './d.ts';",
    ].join('\n');
    // Of the third the import itself stays: the file is loaded.
    expect(importsOf(text).map(({ isTypeOnly }) => isTypeOnly)).toEqual([true, true, false, false]);
  });

  test('is not taken in by words in comments, strings, templates and regular expressions', () => {
    const text = [
      "// import a from 'a';",
      "/* import b from 'b'; */",
      'const text = "import c from \'c\'";',
      "const program = `import d from '\u0024{place}'`;",
      "const pattern = /import e from 'e'/;",
      'export const from = 1;',
    ].join('\n');
    expect(specifiers(text)).toEqual([]);
  });

  test('sees into the code within a template', () => {
    expect(specifiers("const text = `\u0024{await import('inside')} import x from 'outside'`;")).toEqual([
      'inside',
    ]);
  });

  test('says so when an import is computed', () => {
    expect(specifiers('await import(name);')).toEqual(['?']);
  });
});

describe('targetOf', () => {
  test.each([
    ['agent/report/a.ts', './b.ts', { kind: 'file', path: 'agent/report/b.ts' }],
    ['agent/report/a.ts', '../../hardware/c.ts', { kind: 'file', path: 'hardware/c.ts' }],
    ['agent/a.ts', 'mqtt/lib/client', { kind: 'package', name: 'mqtt' }],
    ['agent/a.ts', '@serialport/bindings-cpp/x', { kind: 'package', name: '@serialport/bindings-cpp' }],
    ['agent/a.ts', 'node:fs', { kind: 'runtime', name: 'node:fs' }],
    ['agent/a.ts', '?', { kind: 'computed' }],
  ])('in %s leads %s to its target', (importer, specifier, target) => {
    expect(targetOf(importer, specifier)).toEqual(target);
  });
});

describe('takeApart', () => {
  test('keeps every line and column where it is', () => {
    const text = 'const a = `x\u0024{ {b: "}"} }y`; // any\nconst c = 4 / 2; /* d\n */ e = /[/"]/;';
    const { code, comments } = takeApart(text);
    expect(code).toBe('const a = ` \u0024{ {b: " "} } `;       \nconst c = 4 / 2;     \n    e =       ;');
    expect(comments.trim()).toBe(`// any\n${' '.repeat(17)}/* d\n */`);
    expect([code.length, comments.length]).toEqual([text.length, text.length]);
  });
});
