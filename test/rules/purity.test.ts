import { describe, expect, test } from 'vitest';
import { CLOCK_AND_CHANCE } from './places.ts';
import { PURE_FILES, PURE_FOLDERS } from './pure-files.ts';
import { impurities, isPure, moduleState, strayClocks, unlistedPromises } from './purity.ts';
import { readSources, readTree, source } from './source-tree.ts';

const sources = readSources();

describe('the project', () => {
  test('has a pure core that imports only what is pure and touches nothing', () => {
    expect(impurities(sources)).toEqual([]);
    expect(sources.filter(({ path }) => isPure(path)).length).toBeGreaterThan(40);
  });

  test('asks for time and chance in the named files only', () => {
    expect(strayClocks(sources)).toEqual([]);
  });

  test('keeps no state in modules', () => {
    expect(moduleState(sources)).toEqual([]);
  });

  test('lists every file that says it is pure', () => {
    expect(unlistedPromises(sources)).toEqual([]);
  });

  test('has every file and folder that the lists name', () => {
    const there = new Set(readTree());
    const named = [...PURE_FOLDERS, ...PURE_FILES, ...Object.keys(CLOCK_AND_CHANCE)];
    expect(named.filter((path) => !there.has(path))).toEqual([]);
  });
});

describe('impurities', () => {
  test.each([
    ['Date.now()'],
    ['new Date()'],
    ['new Date( ).getTime()'],
    ['Date()'],
    ['performance.now()'],
    ['Math.random()'],
    ['setTimeout(run, 5)'],
    ['setInterval(run, 5)'],
    ['queueMicrotask(run)'],
    ['process.env'],
    ['console.log(1)'],
    ['fetch(url)'],
    ['async () => 1'],
    ['`\u0024{Date.now()}`'],
  ])('finds %s in a pure file', (code) => {
    expect(impurities([source('agent/policy/bad.ts', `const a = ${code};`)])).not.toEqual([]);
  });

  test.each([
    ["import { readFileSync } from 'node:fs';"],
    ["import { randomUUID } from 'node:crypto';"],
    ["import crypto from 'node:crypto';"],
    ["import { z } from 'zod';"],
    ["import type { Pool } from 'undici';"],
    ["import { createClock } from '../system/clock.ts';"],
    ["const a = import('./instant.ts');"],
  ])('finds %s in a pure file', (line) => {
    expect(impurities([source('agent/policy/bad.ts', line)])).toHaveLength(1);
  });

  test.each([
    ["import * as v from 'valibot';"],
    ["import { createHash } from 'node:crypto';"],
    ["import { crc32 } from 'node:zlib';"],
    ["import { decide } from './decide.ts';"],
    ["import type { Clock } from '../system/clock.ts';"],
    ['const text = new Date(wallMs).toISOString(); // Date.now() would be wrong'],
    ["const why = 'process.env is not read';"],
    ['const processed = reprocess.done;'],
  ])('lets %s pass', (line) => {
    expect(impurities([source('agent/policy/good.ts', line)])).toEqual([]);
  });

  test('leaves files alone that do not claim to be pure', () => {
    expect(impurities([source('agent/system/clock.ts', 'const a = Date.now();')])).toEqual([]);
  });

  test('names the line', () => {
    expect(impurities([source('agent/policy/bad.ts', 'const a = 1;\nconst b = Date.now();')])).toEqual([
      'agent/policy/bad.ts:2 is pure and uses Date.now',
    ]);
  });
});

describe('the other rules', () => {
  test('find a clock, a timer and a number drawn outside the named files', () => {
    const bad = 'const a = Date.now() + Math.random(); setTimeout(run, 1);';
    expect(strayClocks([source('agent/replenish/bad.ts', bad)])).toHaveLength(3);
    expect(strayClocks([source('agent/system/clock.ts', bad)])).toEqual([]);
    expect(strayClocks([source('test/support/free.ts', bad)])).toEqual([]);
  });

  test('find a variable of a module', () => {
    expect(moduleState([source('agent/a.ts', 'export let count = 0;')])).toHaveLength(1);
    expect(moduleState([source('agent/a.ts', 'function f() {\n  let count = 0;\n}')])).toEqual([]);
  });

  test('find a promise of purity that nobody checks', () => {
    expect(unlistedPromises([source('agent/a.ts', '/** PURE. Adds. */')])).toHaveLength(1);
    expect(unlistedPromises([source('agent/a.ts', "const a = 'PURE';")])).toEqual([]);
  });
});
