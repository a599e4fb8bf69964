import { existsSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { expect, test } from 'vitest';
import { replayFile } from '../agent/replay/replay-file.ts';
import { loadConfig } from '../config/load.ts';

/** Each folder is a case: a configuration, a recording, and the timeline that they make. */
const CASES = fileURLToPath(new URL('cases/', import.meta.url));

/** Set, the expected timelines are written anew; look at the difference before you commit it. */
const isUpdate = process.env['UPDATE_CASES'] !== undefined;

async function timelineOf(name: string): Promise<string> {
  const loaded = loadConfig(join(CASES, name, 'config.yaml'), {});
  if (!loaded.ok) throw new Error(loaded.problems.map(({ message }) => message).join('\n'));
  const lines: string[] = [];
  const failure = await replayFile(join(CASES, name, 'readings.jsonl'), loaded.config, {
    isJson: false,
    print: async (more) => {
      lines.push(...more);
    },
  });
  expect(failure).toBeNull();
  return `${lines.join('\n')}\n`;
}

const names = readdirSync(CASES).toSorted();

test('there are cases', () => {
  expect(names.length).toBeGreaterThanOrEqual(10);
});

test.each(names)('case %s has the timeline that is expected', async (name) => {
  const timeline = await timelineOf(name);
  const file = join(CASES, name, 'expected.txt');
  if (isUpdate) writeFileSync(file, timeline);
  expect(existsSync(file), 'UPDATE_CASES=1 writes it').toBe(true);
  expect(timeline).toBe(readFileSync(file, 'utf8'));
});
