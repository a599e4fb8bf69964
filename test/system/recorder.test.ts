import { execFile } from 'node:child_process';
import { mkdtempSync, readdirSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { expect, onTestFinished, test, vi } from 'vitest';
import { openRecorder } from '../../agent/system/recorder.ts';
import { TranscriptParser } from '../../hardware/transcript/transcript-parser.ts';
import { CHECKOUT } from '../support/agent-process.ts';
import { VirtualTiming } from '../support/virtual-timing.ts';

function folderOfItsOwn(): string {
  const folder = mkdtempSync(join(tmpdir(), 'recorder-'));
  onTestFinished(() => rmSync(folder, { recursive: true, force: true }));
  return folder;
}

function setUp(maxBytes = 1_000_000) {
  const folder = folderOfItsOwn();
  const file = join(folder, 'readings.jsonl');
  const timing = new VirtualTiming(50_000);
  const told: string[] = [];
  const tell = (_facts: object, sentence: string) => told.push(sentence);
  const opened = openRecorder(file, maxBytes, {
    clock: {
      nowMs: () => timing.nowMs(),
      after: (delayMs, run) => timing.after(delayMs, run),
      wallMs: () => Date.UTC(2026, 10, 23),
    },
    log: { debug: tell, info: tell, warn: tell, error: tell },
    version: '0.1.0',
  });
  if (!opened.ok) throw new Error(opened.error);
  const { recorder } = opened;
  onTestFinished(() => recorder.close());
  const take = (raw: number) =>
    recorder.take({ hardware: 'scale', channel: '1', raw, takenAtMs: timing.nowMs() });
  const read = () => {
    const parser = new TranscriptParser();
    const readings = [...parser.push(readFileSync(file)), ...parser.end()];
    return { readings, bad: parser.bad.count, failure: parser.failure, startedAtMs: parser.startedAtMs };
  };
  return { folder, file, timing, told, recorder, take, read };
}

test('what is recorded is what was read, with times from its beginning, and for nobody else to read', async () => {
  const { file, timing, recorder, take, read } = setUp();
  take(5);
  timing.advance(1500);
  take(6);
  await recorder.close();
  expect(read()).toEqual({
    readings: [
      { atMs: 0, hardware: 'scale', channel: '1', raw: 5 },
      { atMs: 1500, hardware: 'scale', channel: '1', raw: 6 },
    ],
    bad: 0,
    failure: null,
    startedAtMs: Date.UTC(2026, 10, 23),
  });
  expect(statSync(file).mode & 0o777).toBe(0o600);
});

test('readings are written in portions, and when they have waited for 5 s', async () => {
  const { timing, take, read } = setUp();
  take(5);
  timing.advance(4999);
  expect(read().readings).toEqual([]);
  timing.advance(1);
  await vi.waitFor(() => expect(read().readings).toHaveLength(1), 10_000);
  expect(timing.pending).toBe(0);
  for (let raw = 0; raw < 1000; raw++) take(raw);
  await vi.waitFor(() => expect(read().readings.length).toBeGreaterThan(200), 10_000);
});

test('the file never grows beyond its limit, holds whole lines, and the end is told once', async () => {
  const { file, told, recorder, take, read } = setUp(20_000);
  for (let raw = 0; raw < 10_000; raw++) take(raw);
  await recorder.close();
  expect(statSync(file).size).toBeLessThanOrEqual(20_000);
  expect(statSync(file).size).toBeGreaterThan(19_800);
  const { readings, bad } = read();
  expect(bad).toBe(0);
  expect(readings.map(({ raw }) => raw)).toEqual(readings.map((_, index) => index));
  expect(told.filter((sentence) => sentence.includes('has reached its size'))).toHaveLength(1);
});

test('a file that exists is left as it is, and so is a recording without a reading', async () => {
  const { folder, file, recorder, timing } = setUp();
  const clock = { nowMs: () => 0, after: timing.after.bind(timing), wallMs: () => 0 };
  const log = { debug: () => {}, info: () => {}, warn: () => {}, error: () => {} };
  const other = join(folder, 'other');
  writeFileSync(other, 'mine');
  const deps = { clock, log, version: '0' };
  expect(openRecorder(other, 1000, deps)).toEqual({
    ok: false,
    error: expect.stringMatching(/other exists already.*name another/),
  });
  expect(openRecorder(join(folder, 'none', 'x'), 1000, deps)).toMatchObject({
    ok: false,
    error: expect.stringMatching(/folder of .* does not exist/),
  });
  expect(readFileSync(other, 'utf8')).toBe('mine');
  await recorder.close();
  expect(() => statSync(file)).toThrow();
  expect(readdirSync(folder)).toEqual(['other']);
});

/** Records until it is told that this has ended, in a process whose files the kernel keeps small. */
const RECORDING = `
import { openRecorder } from './agent/system/recorder.ts';
import { createClock } from './agent/system/clock.ts';
const told = (level) => (facts, sentence) => console.log(level, sentence);
const log = { debug: told('debug'), info: told('info'), warn: told('warn'), error: told('error') };
const clock = createClock(0);
const { recorder } = openRecorder(process.argv[1], 1e9, { clock, log, version: '0' });
for (let turn = 0; turn < 50; turn++) {
  for (let raw = 0; raw < 100; raw++) recorder.take({ hardware: 'scale', channel: '', raw, takenAtMs: 0 });
  await new Promise((resolve) => setImmediate(resolve));
}
await recorder.close();
console.log('still here');
`;

test('a disk that takes no more ends the recording with a warning, and nothing else', async () => {
  const file = join(folderOfItsOwn(), 'readings.jsonl');
  const words = ['--input-type=module', '-e', RECORDING, file];
  const { stdout } = await promisify(execFile)(
    'sh',
    ['-c', 'ulimit -f 32; exec "$@"', 'sh', process.execPath, ...words],
    { cwd: CHECKOUT },
  );
  const lines = stdout.trim().split('\n');
  expect(lines[1]).toMatch(/^warn The recording .* ends here: it could not be written \(EFBIG\)/);
  expect(lines.slice(2)).toEqual(['still here']);
});
