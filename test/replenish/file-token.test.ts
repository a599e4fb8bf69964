import { chmodSync, mkdirSync, mkdtempSync, renameSync, rmSync, writeFileSync } from 'node:fs';
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
    await vi.waitUntil(() => tokens.current()?.text === 'Atza|1', { timeout: 10_000 });
    writeFileSync(join(folder, 'new'), 'Atza|2');
    renameSync(join(folder, 'new'), path);
    await vi.waitUntil(() => tokens.current()?.text === 'Atza|2', { timeout: 10_000 });
  });

  it('is taken up when even its folder appears later', async () => {
    const { path, timing, tokens } = setUp('credentials/token');
    tokens.start();
    mkdirSync(join(path, '..'));
    writeFileSync(path, 'Atza|1');
    timing.advance(30_000);
    await vi.waitUntil(() => tokens.current()?.text === 'Atza|1', { timeout: 10_000 });
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

  it.each([
    ['empty', ''],
    ['of several words', 'this is not a token'],
    ['of several lines', 'Atza|1\nAtza|2'],
    ['binary', '\u0000\u0001'],
    ['too long', 'x'.repeat(2049)],
  ])('that is %s is no token, and the sentence does not repeat it', (_name, content) => {
    const { path, tokens } = setUp();
    writeFileSync(path, content);
    tokens.start();
    const { state, error } = tokens.status();
    expect(state).toBe('missing');
    expect(error).toMatch(/write the access token into it/);
    if (content.length > 3) expect(error).not.toContain(content);
  });

  it('is harmless when it turns into a folder', () => {
    const { path, tokens } = setUp();
    mkdirSync(path);
    chmodSync(path, 0o700);
    tokens.start();
    expect(tokens.status().error).toMatch(/can't be read \(EISDIR\)/);
  });
});
