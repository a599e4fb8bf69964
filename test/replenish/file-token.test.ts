import { execFileSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, renameSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, describe, expect, it, vi } from 'vitest';
import { createFileToken } from '../../agent/replenish/file-token.ts';
import { VirtualTiming } from '../support/virtual-timing.ts';

const cleanups: (() => void)[] = [];
afterEach(() => {
  for (const cleanup of cleanups.splice(0)) cleanup();
});

function setUp(name = 'token') {
  const folder = mkdtempSync(join(tmpdir(), 'token-'));
  const path = join(folder, name);
  const timing = new VirtualTiming();
  const state = { changes: 0 };
  const tokens = createFileToken({ path, timing, onChange: () => state.changes++ });
  cleanups.push(() => {
    tokens.stop();
    rmSync(folder, { recursive: true });
  });
  return { folder, path, timing, state, tokens };
}

const APPEARS = { timeout: 10_000 };
const openWatchers = (): number =>
  process.getActiveResourcesInfo().filter((resource) => resource === 'FSEventWrap').length;

describe('a token in a file', () => {
  it('is read at the start, without the line break at its end', () => {
    const { path, tokens } = setUp();
    writeFileSync(path, 'Atza|1\n');
    tokens.start();
    expect(tokens.current()?.text).toBe('Atza|1');
    expect(tokens.status()).toEqual({ state: 'valid', expiresAtMs: null, error: null });
  });

  it('is taken up when the file appears, and again when it is replaced by a rename', async () => {
    const { folder, path, tokens } = setUp();
    tokens.start();
    expect(tokens.current()).toBeNull();
    expect(tokens.status()).toMatchObject({
      state: 'missing',
      error: expect.stringContaining('not there yet'),
    });
    writeFileSync(path, 'Atza|1');
    await vi.waitUntil(() => tokens.current()?.text === 'Atza|1', APPEARS);
    writeFileSync(join(folder, 'new'), 'Atza|2');
    renameSync(join(folder, 'new'), path);
    await vi.waitUntil(() => tokens.current()?.text === 'Atza|2', APPEARS);
  });

  it('is taken up at once when even the folders on the way to it appear later', async () => {
    const { path, tokens } = setUp('run/credentials/token');
    tokens.start();
    mkdirSync(join(path, '..'), { recursive: true });
    writeFileSync(path, 'Atza|1');
    await vi.waitUntil(() => tokens.current()?.text === 'Atza|1', APPEARS);
  });

  it('is followed each time that its folder is removed and made again', async () => {
    const { path, tokens } = setUp('prov/token');
    mkdirSync(join(path, '..'));
    writeFileSync(path, 'Atza|0');
    tokens.start();
    for (const text of ['Atza|1', 'Atza|2', 'Atza|3']) {
      rmSync(join(path, '..'), { recursive: true });
      mkdirSync(join(path, '..'));
      writeFileSync(path, text);
      await vi.waitUntil(() => tokens.current()?.text === text, APPEARS);
    }
    rmSync(join(path, '..'), { recursive: true });
    await vi.waitUntil(() => tokens.status().state === 'missing', APPEARS);
    mkdirSync(join(path, '..'));
    writeFileSync(path, 'Atza|4');
    await vi.waitUntil(() => tokens.current()?.text === 'Atza|4', APPEARS);
  });

  it('is followed when its folder is replaced by a rename', async () => {
    const { folder, path, tokens } = setUp('prov/token');
    mkdirSync(join(path, '..'));
    tokens.start();
    mkdirSync(join(folder, 'next'));
    renameSync(join(path, '..'), join(folder, 'old'));
    renameSync(join(folder, 'next'), join(path, '..'));
    await vi.waitUntil(() => tokens.status().state === 'missing', APPEARS);
    writeFileSync(path, 'Atza|1');
    await vi.waitUntil(() => tokens.current()?.text === 'Atza|1', APPEARS);
  });

  it('is followed through a link whose target appears, changes, goes and comes', async () => {
    const { folder, path, tokens } = setUp();
    symlinkSync('other/token', path);
    tokens.start();
    expect(tokens.status().state).toBe('missing');
    const target = join(folder, 'other', 'token');
    mkdirSync(join(target, '..'));
    writeFileSync(target, 'Atza|1');
    await vi.waitUntil(() => tokens.current()?.text === 'Atza|1', APPEARS);
    writeFileSync(join(folder, 'new'), 'Atza|2');
    renameSync(join(folder, 'new'), target);
    await vi.waitUntil(() => tokens.current()?.text === 'Atza|2', APPEARS);
    rmSync(target);
    await vi.waitUntil(() => tokens.status().state === 'missing', APPEARS);
    writeFileSync(target, 'Atza|3');
    await vi.waitUntil(() => tokens.current()?.text === 'Atza|3', APPEARS);
  });

  it.each([
    ['through a link beside it', 'token'],
    ['through the linked folder itself', '..data/token'],
  ])('is followed in a secret mount that swaps a linked folder, %s', async (_name, name) => {
    const { folder, tokens } = setUp(name);
    if (name === 'token') symlinkSync('..data/token', join(folder, name));
    const publish = (version: string): void => {
      mkdirSync(join(folder, version));
      writeFileSync(join(folder, version, 'token'), `Atza|${version}`);
      symlinkSync(version, join(folder, '..data_tmp'));
      renameSync(join(folder, '..data_tmp'), join(folder, '..data'));
    };
    publish('..1');
    tokens.start();
    expect(tokens.current()?.text).toBe('Atza|..1');
    for (const [old, version] of [
      ['..1', '..2'],
      ['..2', '..3'],
    ] as const) {
      publish(version);
      rmSync(join(folder, old), { recursive: true });
      await vi.waitUntil(() => tokens.current()?.text === `Atza|${version}`, APPEARS);
    }
  });

  it('is found within half a minute when no event tells of it', () => {
    const { folder, path, timing, tokens } = setUp('a/b/token');
    mkdirSync(join(path, '..'), { recursive: true });
    writeFileSync(path, 'Atza|1');
    tokens.start();
    renameSync(join(folder, 'a'), join(folder, 'moved'));
    mkdirSync(join(path, '..'), { recursive: true });
    writeFileSync(path, 'Atza|2');
    timing.advance(30_000);
    expect(tokens.current()?.text).toBe('Atza|2');
  });

  it('costs no report while the file stays as it is', () => {
    const { path, timing, state, tokens } = setUp();
    writeFileSync(path, 'Atza|1');
    tokens.start();
    timing.advance(3_600_000);
    expect(state.changes).toBe(1);
    expect(timing.pending).toBe(1);
  });

  it('is harmless behind links that lead in a circle', () => {
    const { path, timing, tokens } = setUp();
    symlinkSync('token', path);
    tokens.start();
    timing.advance(60_000);
    expect(tokens.status().error).toMatch(/can't be read \(ELOOP\)/);
  });

  it('leaves no watcher and no timer behind, however often folder and target came and went', async () => {
    // A closed watcher is released a moment later.
    const untilOpen = (count: number) => vi.waitUntil(() => openWatchers() === count, APPEARS);
    await untilOpen(0);
    const { folder, path, timing, tokens } = setUp('prov/token');
    tokens.start();
    for (const round of [1, 2, 3]) {
      mkdirSync(join(folder, `target${round}`));
      writeFileSync(join(folder, `target${round}`, 'token'), `Atza|${round}`);
      mkdirSync(join(path, '..'));
      symlinkSync(join(folder, `target${round}`, 'token'), path);
      await vi.waitUntil(() => tokens.current()?.text === `Atza|${round}`, APPEARS);
      await untilOpen(2);
      rmSync(join(path, '..'), { recursive: true });
      await vi.waitUntil(() => tokens.current() === null, APPEARS);
    }
    await untilOpen(1);
    tokens.stop();
    await untilOpen(0);
    expect(timing.pending).toBe(0);
  });

  it('that DRS refused is read again at once', () => {
    const { path, tokens } = setUp();
    writeFileSync(path, 'Atza|1');
    tokens.start();
    const { fingerprint } = tokens.current() ?? { fingerprint: '' };
    tokens.refresh(fingerprint);
    expect(tokens.status()).toMatchObject({ state: 'rejected' });
    writeFileSync(path, 'Atza|2');
    tokens.refresh(fingerprint);
    expect(tokens.status()).toMatchObject({ state: 'valid' });
  });

  it('that DRS refused stays refused when a slot complains late about an older one', () => {
    const { path, tokens } = setUp();
    writeFileSync(path, 'Atza|1');
    tokens.start();
    tokens.refresh(tokens.current()?.fingerprint ?? '');
    tokens.refresh('fingerprint of an older one');
    expect(tokens.status()).toMatchObject({ state: 'rejected' });
  });

  it.each([
    ['empty', ''],
    ['of several words', 'this is not a token'],
    ['of several lines', 'Atza|1\nAtza|2'],
    ['binary', '\u0000\u0001'],
    ['too long', 'x'.repeat(2049)],
    ['far too long', 'x'.repeat(100_000)],
  ])('that is %s is no token, and the sentence does not repeat it', (_name, content) => {
    const { path, tokens } = setUp();
    writeFileSync(path, content);
    tokens.start();
    const { state, error } = tokens.status();
    expect(state).toBe('missing');
    expect(error).toMatch(/write the access token into it/);
    if (content.length > 3) expect(error).not.toContain(content);
  });

  it.each([
    ['a folder', (path: string) => mkdirSync(path)],
    ['a pipe that nobody writes into', (path: string) => execFileSync('mkfifo', [path])],
  ])('is harmless when it turns into %s', (_name, make) => {
    const { path, tokens } = setUp();
    make(path);
    tokens.start();
    expect(tokens.status().error).toMatch(/not a regular file/);
  });

  it('is taken up within half a minute when it could not be read, and can be now', () => {
    const { path, timing, tokens } = setUp();
    mkdirSync(path);
    tokens.start();
    rmSync(path, { recursive: true });
    writeFileSync(path, 'Atza|1');
    timing.advance(30_000);
    expect(tokens.current()?.text).toBe('Atza|1');
  });
});
