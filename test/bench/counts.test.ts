import { execFileSync, spawnSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath, pathToFileURL } from 'node:url';
import { expect, onTestFinished, test } from 'vitest';
import { CLOSED_MAX, NO_USAGE } from '../../agent/forecast/usage.ts';
import { NEW_RECORD } from '../../agent/policy/decide.ts';
import { openStateStore } from '../../agent/store/state-store.ts';
import { buildBundle } from '../../config/packaging/bundle.ts';

/*
 * What does not depend on the machine, nor on what else it does. A bound that is broken is no failure by itself: look
 * what has grown, and move the bound when that is worth it.
 */
function temporaryFolder(): string {
  const folder = mkdtempSync(join(tmpdir(), 'counts-'));
  onTestFinished(() => rmSync(folder, { recursive: true, force: true }));
  return folder;
}

test('the bundle is below 1.1 MB and brings neither fetch nor HTTP/2 nor a second parser', async () => {
  const bundle = join(temporaryFolder(), 'replenish-agent.mjs');
  const files = await buildBundle(bundle);
  expect(readFileSync(bundle).length).toBeLessThan(1_100_000);
  const leftOut =
    /undici\/(?:index|lib\/milo|lib\/dispatcher\/client-h2|lib\/web\/fetch\/index)|node_modules\/(?:readable-stream|socks)/;
  expect(files.filter((file) => leftOut.test(file))).toEqual([]);
});

/** Tells what V8 thought of the code that it was handed. */
const CODE_WATCHER = `
  import vm from 'node:vm';
  vm.Script = class extends vm.Script {
    constructor(...words) {
      super(...words);
      process.stderr.write(String(this.cachedDataRejected));
    }
  };`;

test('a start takes the code that was kept for it, and none that is damaged or of another program', async () => {
  const folder = temporaryFolder();
  const bundle = join(folder, 'replenish-agent.mjs');
  const watcher = join(folder, 'watch.mjs');
  await buildBundle(bundle);
  writeFileSync(watcher, CODE_WATCHER);
  const keepCode = fileURLToPath(new URL('../../config/packaging/keep-code.mjs', import.meta.url));
  execFileSync(process.execPath, [keepCode, bundle], { stdio: 'ignore' });
  const start = (): string =>
    spawnSync(process.execPath, ['--import', watcher, bundle, '--version'], { encoding: 'utf8' }).stderr;
  expect(start()).toBe('false');
  const cache = bundle.replace('.mjs', '.cache');
  const whole = readFileSync(cache);
  const damaged = Buffer.from(whole);
  damaged[100_000] = (damaged[100_000] ?? 0) ^ 1;
  writeFileSync(cache, damaged);
  expect(start()).toBe('undefined');
  writeFileSync(cache, whole);
  expect(start()).toBe('false');
  const program = readFileSync(bundle, 'utf8');
  writeFileSync(bundle, program.replace(/^const PROGRAM_SUM = './m, "const PROGRAM_SUM = '-"));
  expect(start()).toBe('undefined');
}, 60_000);

/** A service with nobody to talk to, which ends as soon as it has started. */
const LONELY = {
  device: { id: 'lonely' },
  mqtt: { url: 'mqtt://127.0.0.1:1' },
  replenish: { url: 'https://127.0.0.1:1', token: { source: 'mqtt' } },
  hardware: { sensor: { driver: 'transcript', file: 'none.jsonl' } },
  slots: {
    one: {
      slotId: 'one',
      sensor: { from: 'sensor' },
      calibration: { empty: 0, full: 1 },
      valid: { min: 0, max: 1 },
    },
  },
};

/** Notes which files are read and which of the larger parts of Node come with them, and tells it at the end. */
const WATCHER = `
  import fs from 'node:fs';
  const read = []; let caches = 0; let greeting = []; const { readFileSync, openSync } = fs;
  fs.readFileSync = (path, ...more) => { read.push(String(path)); return readFileSync(path, ...more); };
  fs.openSync = (path, ...more) => {
    if (String(path).endsWith('.cache')) {
      read.push(String(path));
      // The second pack is the rest of the service: by then the broker was greeted.
      if (++caches === 2) greeting = modules(/^NativeModule (?:crypto|tls|http|perf_hooks|v8)$/);
    }
    return openSync(path, ...more);
  };
  const modules = (names) => process.moduleLoadList.filter((name) => names.test(name));
  process.on('exit', () => process.stderr.write(JSON.stringify(
    { read, greeting, modules: modules(/^NativeModule (?:http|https|http2|repl|readline|inspector)$/) })));
  setImmediate(() => process.kill(process.pid, 'SIGTERM'));`;

test('a start reads the program, what V8 made of it and the configuration, no cryptography before the broker was greeted, and no HTTP before a request', async () => {
  const folder = temporaryFolder();
  const bundle = join(folder, 'replenish-agent.mjs');
  await buildBundle(bundle);
  const config = join(folder, 'agent.yaml');
  const watcher = join(folder, 'watch.mjs');
  writeFileSync(config, JSON.stringify(LONELY));
  writeFileSync(watcher, WATCHER);
  const words = [
    '--import',
    watcher,
    bundle,
    'run',
    '--config',
    config,
    '--state-dir',
    join(folder, 'state'),
  ];
  const { stderr, status } = spawnSync(process.execPath, words, { encoding: 'utf8' });
  expect(status).toBe(0);
  const { read, greeting, modules } = JSON.parse(stderr.slice(stderr.indexOf('{"read"')));
  const ofProgram = read.filter(
    (path: string) => path.endsWith('.mjs') || path.endsWith('.cache') || path.includes('node_modules'),
  );
  expect([...new Set(ofProgram)]).toEqual([pathToFileURL(bundle).href, bundle.replace('.mjs', '.cache')]);
  expect(read.length - ofProgram.length).toBeLessThan(8);
  expect(greeting).toEqual([]);
  expect(modules).toEqual([]);
});

/** By this thread, which SQLite runs on: proc(5). */
function bytesWritten(): number {
  return Number(/^wchar: (\d+)$/m.exec(readFileSync('/proc/thread-self/io', 'utf8'))?.[1]);
}

test('an order writes at most 32 KiB, from the intent to the refill', () => {
  const folder = temporaryFolder();
  const { store } = openStateStore(folder, Date.now());
  onTestFinished(() => store.close());
  const usage = { ...NO_USAGE, closed: Array.from({ length: CLOSED_MAX }, (_, index) => 1000 - index) };
  const record = { ...NEW_RECORD, slotId: 'a-slot-id', usage };
  store.commit('black', record, []);
  const before = bytesWritten();
  for (const round of [1, 2, 3]) {
    store.commit('black', { ...record, slotId: `intent ${round}` }, []);
    store.commit('black', { ...record, slotId: `outcome ${round}` }, ['x'.repeat(400)]);
    store.outbox.remove(store.outbox.peek()?.sequence ?? 0);
    store.commit('black', record, []);
  }
  const bytesPerOrder = (bytesWritten() - before) / 3;
  expect(bytesPerOrder).toBeGreaterThan(4 * 1024);
  expect(bytesPerOrder).toBeLessThan(32 * 1024);
});

test('eight slots that cross in one frame write less than half of what they write one by one', () => {
  const folder = temporaryFolder();
  const { store } = openStateStore(folder, Date.now());
  onTestFinished(() => store.close());
  const slots = Array.from({ length: 8 }, (_, index) => `slot-${index}`);
  const written = (work: () => void): number => {
    const before = bytesWritten();
    work();
    return bytesWritten() - before;
  };
  const commitsOf = (slotId: string) =>
    slots.map((slot) => ({ slot, record: { ...NEW_RECORD, slotId }, reports: [] }));
  store.commitAll(commitsOf('first'));
  const oneByOne = written(() => {
    for (const { slot, record } of commitsOf('second')) store.commit(slot, record, []);
  });
  const together = written(() => store.commitAll(commitsOf('third')));
  expect(together).toBeGreaterThan(0);
  expect(together).toBeLessThan(oneByOne / 2);
});

/** What a program beside this one has measured of itself. */
function measured(program: string, flags: readonly string[] = []): Record<string, number> {
  const path = fileURLToPath(new URL(program, import.meta.url));
  return JSON.parse(execFileSync(process.execPath, [...flags, path], { encoding: 'utf8', timeout: 60_000 }));
}

test('a reading that changes nothing leaves less than 4 kB of garbage', () => {
  const flags = ['--expose-gc', '--min-semi-space-size=64', '--max-semi-space-size=64'];
  const { bytesPerReading } = measured('reading-cost.ts', flags);
  expect(bytesPerReading).toBeGreaterThan(0);
  expect(bytesPerReading).toBeLessThan(4_000);
});

test('a frame on a serial port wakes the process once, for one read', () => {
  const { turnsPerFrame, readsPerFrame } = measured('wake-ups.ts');
  expect(turnsPerFrame).toBeGreaterThan(0.5);
  expect(turnsPerFrame).toBeLessThan(1.1);
  expect(readsPerFrame).toBeGreaterThan(0.5);
  expect(readsPerFrame).toBeLessThan(1.1);
});

test('the parser of answers is compiled once, however many there are', () => {
  const path = fileURLToPath(new URL('answers-parsed.ts', import.meta.url));
  const flags = ['--trace-wasm-compilation-times', '--wasm-tiering-budget=2000000000'];
  const compiled = execFileSync(process.execPath, [...flags, path], { encoding: 'utf8', timeout: 60_000 });
  expect(compiled).toContain('using Liftoff');
  expect(compiled).not.toContain('using TurboFan');
});
