import { describe, expect, test } from 'vitest';
import { openDoors, reached, unreached, wrongWays } from './doors.ts';
import { DOORS } from './layout.ts';
import { ENTRIES } from './places.ts';
import { readSources, source } from './source-tree.ts';

const sources = readSources();

describe('the project', () => {
  test('has one door for each foreign package', () => {
    expect(openDoors(sources)).toEqual([]);
  });

  test('has no door that nobody goes through', () => {
    const idle = Object.entries(DOORS).flatMap(([name, doors]) =>
      doors
        .filter((door) =>
          sources.every(
            ({ path, imports }) =>
              !path.startsWith(door) ||
              imports.every(
                ({ specifier, target }) =>
                  specifier !== name && (target.kind !== 'package' || target.name !== name),
              ),
          ),
        )
        .map((door) => `${door} does not import ${name}`),
    );
    expect(idle).toEqual([]);
  });

  test('imports one way only', () => {
    expect(wrongWays(sources)).toEqual([]);
  });

  test('holds no file that no program reaches', () => {
    expect(unreached(sources)).toEqual([]);
    const paths = new Set(sources.map(({ path }) => path));
    expect(ENTRIES.filter((path) => !paths.has(path))).toEqual([]);
  });
});

describe('openDoors', () => {
  test.each([
    ['agent/pipeline.ts', "import { request } from 'undici';"],
    ['agent/pipeline.ts', "import type { Pool } from 'undici';"],
    ['agent/report/uplink.ts', "import client from 'mqtt/lib/client';"],
    ['agent/pipeline.ts', "const mqtt = await import('mqtt');"],
    ['agent/pipeline.ts', "import { DatabaseSync } from 'node:sqlite';"],
    ['agent/pipeline.ts', "import { setTimeout } from 'node:timers/promises';"],
    ['agent/replenish/request.ts', "import * as v from 'valibot';"],
    ['agent/pipeline.ts', "import lodash from 'lodash';"],
    ['hardware/serial/serial-port.ts', "import { SerialPort } from 'serialport';"],
    ['test/workbench/main.ts', "import koffi from 'koffi';"],
  ])('in %s finds %s', (path, line) => {
    expect(openDoors([source(path, line)])).toHaveLength(1);
  });

  test.each([
    ['agent/replenish/http-door.ts', "import { Pool } from 'undici';"],
    ['config/schema/slots.ts', "import * as v from 'valibot';"],
    ['agent/pipeline.ts', "import { readFileSync } from 'node:fs';"],
    ['test/report/link.test.ts', "import { connectAsync } from 'mqtt';"],
  ])('in %s lets %s pass', (path, line) => {
    expect(openDoors([source(path, line)])).toEqual([]);
  });
});

describe('wrongWays', () => {
  test.each([
    ['hardware/a.ts', "import type { Log } from '../agent/system/log.ts';"],
    ['hardware/a.ts', "import { loadConfig } from '../config/load.ts';"],
    ['config/a.ts', "import { decide } from '../agent/policy/decide.ts';"],
    ['agent/a.ts', "import { openPty } from '../test/support/pty.ts';"],
    ['agent/level/a.ts', "import { decide } from '../policy/decide.ts';"],
    ['agent/policy/a.ts', "import { slotPayload } from '../report/payload.ts';"],
    ['agent/store/a.ts', "import { topics } from '../report/topics.ts';"],
    ['agent/report/a.ts', "import { composeAgent } from '../compose.ts';"],
    ['agent/a.ts', 'await import(name);'],
  ])('in %s finds %s', (path, line) => {
    expect(wrongWays([source(path, line)])).toHaveLength(1);
  });

  test.each([
    ['agent/a.ts', "import packageJson from '../package.json' with { type: 'json' };"],
    ['agent/compose.ts', "import { openHardware } from '../hardware/open-hardware.ts';"],
    ['agent/report/a.ts', "import type { HoldReason } from '../policy/slot-state.ts';"],
    ['agent/system/a.ts', "import type { Timing } from '../../hardware/timing.ts';"],
    ['test/a.test.ts', "import { decide } from '../agent/policy/decide.ts';"],
  ])('in %s lets %s pass', (path, line) => {
    expect(wrongWays([source(path, line)])).toEqual([]);
  });
});

describe('reached', () => {
  test('follows static, type and dynamic imports, also in a circle', () => {
    const tree = [
      source('agent/main.ts', "import './a.ts';"),
      source('agent/a.ts', "const b = import('./b.ts');"),
      source('agent/b.ts', "import type { C } from './c.ts';\nimport './main.ts';"),
      source('agent/c.ts', ''),
      source('agent/dead.ts', "import './c.ts';"),
    ];
    expect(reached(tree, ['agent/main.ts'])).toEqual(
      new Set(['agent/a.ts', 'agent/b.ts', 'agent/c.ts', 'agent/main.ts']),
    );
    expect(unreached(tree)).toEqual(['agent/dead.ts is reached by no program']);
  });
});
