import {
  chmodSync,
  lstatSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  statSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, expect, it } from 'vitest';
import { type RefreshTokenKeeper, refreshTokenFile } from '../../agent/replenish/refresh-token-file.ts';

const cleanups: (() => void)[] = [];
afterEach(() => {
  for (const cleanup of cleanups.splice(0)) cleanup();
});

function setUp() {
  const folder = mkdtempSync(join(tmpdir(), 'refresh-'));
  cleanups.push(() => rmSync(folder, { recursive: true }));
  const stateDir = join(folder, 'state');
  const secrets = join(folder, 'secrets');
  mkdirSync(stateDir);
  mkdirSync(secrets);
  const path = join(secrets, 'refresh-token');
  writeFileSync(path, 'Atzr|0\n', { mode: 0o640 });
  return { folder, stateDir, secrets, path, keeper: refreshTokenFile(path, stateDir) };
}

/** Root writes anywhere: a folder in the way of the new file stands for one that takes no files. */
function block(path: string): void {
  mkdirSync(join(`${path}.new`, 'in the way'), { recursive: true });
}

function rotate(keeper: RefreshTokenKeeper, token: string): void {
  const now = keeper.read();
  if (now.token === null) throw new Error(now.error);
  keeper.replace(now.provisioned, token);
}

it('a token that Amazon replaced stands in its file, for its owner only, and nothing else is left behind', () => {
  const { keeper, path, secrets, stateDir } = setUp();
  rotate(keeper, 'Atzr|1');
  expect(readFileSync(path, 'utf8')).toBe('Atzr|1\n');
  expect(statSync(path).mode & 0o777).toBe(0o600);
  expect([readdirSync(secrets), readdirSync(stateDir)]).toEqual([['refresh-token'], []]);
  expect(keeper.read().token).toBe('Atzr|1');
});

it('what a crash left half-written is swept away', () => {
  const { keeper, path, secrets } = setUp();
  symlinkSync('/nowhere', `${path}.new`);
  rotate(keeper, 'Atzr|1');
  expect(readdirSync(secrets)).toEqual(['refresh-token']);
  expect(readFileSync(path, 'utf8')).toBe('Atzr|1\n');
});

it('behind a link the link stays, and the file that it leads to is replaced', () => {
  const { folder, stateDir, path } = setUp();
  const link = join(folder, 'link');
  symlinkSync(path, link);
  rotate(refreshTokenFile(link, stateDir), 'Atzr|1');
  expect(lstatSync(link).isSymbolicLink()).toBe(true);
  expect(readFileSync(path, 'utf8')).toBe('Atzr|1\n');
});

it('where the folder takes no file, the state directory keeps what descends from the file, time after time', () => {
  const { keeper, path, stateDir } = setUp();
  block(path);
  rotate(keeper, 'Atzr|1');
  rotate(keeper, 'Atzr|2');
  const restarted = refreshTokenFile(path, stateDir);
  expect(restarted.read().token).toBe('Atzr|2');
  expect(readFileSync(path, 'utf8')).toBe('Atzr|0\n');
  expect(statSync(join(stateDir, 'refresh-token.json')).mode & 0o777).toBe(0o600);
});

it('a file that is provisioned anew wins over what is kept, and is not overwritten by a late answer', () => {
  const { keeper, path } = setUp();
  block(path);
  rotate(keeper, 'Atzr|1');
  const before = keeper.read();
  writeFileSync(path, 'Atzr|new');
  expect(keeper.read().token).toBe('Atzr|new');
  keeper.replace(before.token === null ? '' : before.provisioned, 'Atzr|late');
  expect(keeper.read().token).toBe('Atzr|new');
});

it('when the folder takes files again, what was kept is not needed and goes', () => {
  const { keeper, path, stateDir } = setUp();
  block(path);
  rotate(keeper, 'Atzr|1');
  rmSync(`${path}.new`, { recursive: true });
  rotate(keeper, 'Atzr|2');
  expect([readFileSync(path, 'utf8'), readdirSync(stateDir)]).toEqual(['Atzr|2\n', []]);
});

it('when neither place takes it, that is an error, and both are as they were', () => {
  const { keeper, path, stateDir } = setUp();
  block(path);
  block(join(stateDir, 'refresh-token.json'));
  expect(() => rotate(keeper, 'Atzr|1')).toThrow();
  expect(keeper.read().token).toBe('Atzr|0');
});

it.each(['', '{', '[]', '{"descendsFrom":"x"}', '{"descendsFrom":1,"refreshToken":2}', 'x'.repeat(10_000)])(
  'a kept file that is damaged counts for nothing: %.20j',
  (content) => {
    const { keeper, stateDir } = setUp();
    writeFileSync(join(stateDir, 'refresh-token.json'), content);
    expect(keeper.read().token).toBe('Atzr|0');
  },
);

it.each([
  ['is missing', (path: string) => rmSync(path), /not there yet.*register/],
  ['is empty', (path: string) => writeFileSync(path, '\n'), /it is empty.*register/],
  [
    'holds something else',
    (path: string) => writeFileSync(path, 'a secret of two words'),
    /not a refresh token/,
  ],
  ['is far too large', (path: string) => writeFileSync(path, 'x'.repeat(9_000)), /not a refresh token/],
])('a file that %s is told with the remedy, and not repeated', (_name, spoil, sentence) => {
  const { keeper, path } = setUp();
  chmodSync(path, 0o600);
  spoil(path);
  const reading = keeper.read();
  expect(reading.token).toBeNull();
  expect(reading.token === null && reading.error).toMatch(sentence);
  expect(JSON.stringify(reading)).not.toContain('two words');
});
