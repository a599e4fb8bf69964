import { execFileSync, spawn } from 'node:child_process';
import { mkdtempSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { loadConfig } from '../../config/load.ts';
import { loadForService } from '../../config/load-for-service.ts';
import { changed, GOOD_CONFIG } from './good-config.ts';

const SECRET = changed('url: mqtts', 'username: u\n  passwordFile: password\n  url: mqtts');

describe('a configuration as the service loads it', () => {
  let folder: string;
  let file: string;

  beforeEach(() => {
    folder = mkdtempSync(join(tmpdir(), 'load-'));
    file = join(folder, 'agent.yaml');
  });

  afterEach(() => {
    rmSync(folder, { recursive: true });
  });

  test.each([
    ['a good one', GOOD_CONFIG, { ok: true, warnings: [] }],
    ['one with a warning', changed('id-black', 'id-black\n    rearmAt: 21%'), { ok: true }],
    ['one whose secret is absent', SECRET, { ok: true }],
    ['one with a mistake', changed('id-black', '1'), { ok: false }],
    ['one that is no YAML', changed('id-black', '{'), { ok: false }],
    ['an empty one', '', { ok: false }],
  ])('%s is the one that people are told about', async (_, text, outcome) => {
    writeFileSync(file, text);
    const loaded = await loadForService(file, {});
    expect(loaded).toMatchObject(outcome);
    expect(loaded).toStrictEqual(loadConfig(file, {}));
  });

  test('one that is not there is one mistake with a remedy', async () => {
    expect(await loadForService(file, {})).toStrictEqual(loadConfig(file, {}));
  });

  test('reads a pipe once, with a mistake in it too', async () => {
    const text = changed('id-black', '1');
    writeFileSync(file, text);
    const told = loadConfig(file, {});
    const copy = join(folder, 'copy.yaml');
    renameSync(file, copy);
    execFileSync('mkfifo', [file]);
    // A second reading would find an empty file, and not wait for ever: nothing could end a synchronous wait.
    const writer = spawn('sh', ['-c', 'cat "$1" > "$2"; while :; do : > "$2"; done', 'writer', copy, file]);
    try {
      expect(await loadForService(file, {})).toStrictEqual(told);
    } finally {
      writer.kill();
    }
  });

  test('finds secrets in the credentials folder', async () => {
    writeFileSync(file, SECRET);
    writeFileSync(join(folder, 'password'), 'x');
    const surroundings = { credentialsDirectory: join(folder, 'credentials') };
    expect(await loadForService(file, {})).toMatchObject({ ok: true, warnings: [] });
    const loaded = await loadForService(file, surroundings);
    expect(loaded).toStrictEqual(loadConfig(file, surroundings));
    expect(loaded.warnings).toHaveLength(1);
  });
});
