import { execFileSync } from 'node:child_process';
import {
  chmodSync,
  cpSync,
  mkdtempSync,
  readdirSync,
  rmSync,
  statSync,
  truncateSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { describe, expect, onTestFinished, test } from 'vitest';
import { NEW_RECORD } from '../../agent/policy/decide.ts';
import { readState } from '../../agent/store/read-state.ts';
import { openStateStore, type StateStore } from '../../agent/store/state-store.ts';

function folder(): string {
  const path = mkdtempSync(join(tmpdir(), 'read-state-'));
  onTestFinished(() => rmSync(path, { recursive: true, force: true }));
  return path;
}

/** A state with one slot and one report in it, and the agent that holds it. */
function written(stateDir: string): StateStore {
  const { store } = openStateStore(stateDir, 0);
  store.commit('black', { ...NEW_RECORD, slotId: 'id-black' }, ['{}']);
  return store;
}

/** What any write would change. */
function picture(stateDir: string): readonly string[] {
  return readdirSync(stateDir).map((name) => {
    const { ino, size, mtimeMs, mode } = statSync(join(stateDir, name));
    return [name, ino, size, mtimeMs, mode].join();
  });
}

function expectRead(stateDir: string): void {
  expect(readState(stateDir)).toEqual({
    ok: true,
    state: {
      records: new Map([['black', { ...NEW_RECORD, slotId: 'id-black' }]]),
      isHistoryLost: false,
      outbox: { depth: 1, dropped: 0 },
    },
  });
}

describe('a look at the state leaves no trace', () => {
  test('while an agent holds it, and the agent does not notice', () => {
    const stateDir = folder();
    const store = written(stateDir);
    const before = picture(stateDir);
    for (let look = 0; look < 3; look++) expectRead(stateDir);
    expect(picture(stateDir)).toEqual(before);
    store.commit('cyan', NEW_RECORD, []);
    const reading = readState(stateDir);
    expect(reading.ok && [...reading.state.records.keys()]).toEqual(['black', 'cyan']);
    store.close();
  });

  test('after a clean stop', () => {
    const stateDir = folder();
    written(stateDir).close();
    const before = picture(stateDir);
    expectRead(stateDir);
    expect(picture(stateDir)).toEqual(before);
  });

  test('after a crash, journal and all', () => {
    const [alive, stateDir] = [folder(), folder()];
    const store = written(alive);
    for (const name of readdirSync(alive)) cpSync(join(alive, name), join(stateDir, name));
    store.close();
    const before = picture(stateDir);
    expect(before.join()).toContain('state.db-wal');
    expectRead(stateDir);
    expect(picture(stateDir)).toEqual(before);
  });

  test('after a crash that took the index of the journal', () => {
    const [alive, stateDir] = [folder(), folder()];
    const store = written(alive);
    for (const name of readdirSync(alive)) cpSync(join(alive, name), join(stateDir, name));
    store.close();
    rmSync(join(stateDir, 'state.db-shm'));
    expectRead(stateDir);
  });

  test.each(['running', 'stopped'])('in a directory that this user may only read, %s', (service) => {
    if (process.getuid?.() !== 0) return expectReadOnly(service);
    // Root may write anywhere: the look is then that of another user.
    const stateDir = folder();
    const store = written(stateDir);
    if (service === 'stopped') store.close();
    for (const name of readdirSync(stateDir)) chmodSync(join(stateDir, name), 0o644);
    chmodSync(stateDir, 0o755);
    const before = picture(stateDir);
    const code = `import { readState } from ${JSON.stringify(new URL('../../agent/store/read-state.ts', import.meta.url).href)};
      process.setgid(65534); process.setuid(65534);
      const { ok, state } = readState(${JSON.stringify(stateDir)});
      process.stdout.write(JSON.stringify([ok, [...(state?.records.keys() ?? [])]]));`;
    const told = execFileSync(process.execPath, ['--input-type=module', '-e', code], { encoding: 'utf8' });
    expect(JSON.parse(told)).toEqual([true, ['black']]);
    expect(picture(stateDir)).toEqual(before);
    if (service === 'running') store.close();
  });
});

function expectReadOnly(service: string): void {
  const stateDir = folder();
  const store = written(stateDir);
  if (service === 'stopped') store.close();
  chmodSync(stateDir, 0o500);
  onTestFinished(() => chmodSync(stateDir, 0o700));
  expectRead(stateDir);
  chmodSync(stateDir, 0o700);
  if (service === 'running') store.close();
}

describe('what can not be read is a sentence with the remedy', () => {
  test('a directory that is not there, or without a state', () => {
    expect(readState(join(folder(), 'none'))).toEqual({
      ok: false,
      why: expect.stringMatching(/--state-dir/),
    });
    expect(readState(folder())).toEqual({
      ok: false,
      why: expect.stringMatching(/no service has run there/),
    });
  });

  test('a damaged file, which stays where it is', () => {
    const stateDir = folder();
    written(stateDir).close();
    writeFileSync(join(stateDir, 'state.db'), 'not a database, '.repeat(2_000));
    const before = picture(stateDir);
    expect(readState(stateDir)).toEqual({
      ok: false,
      why: expect.stringMatching(/is damaged\. Start the service/),
    });
    expect(picture(stateDir)).toEqual(before);
  });

  test('a file of a newer version', () => {
    const stateDir = folder();
    written(stateDir).close();
    const database = new DatabaseSync(join(stateDir, 'state.db'));
    database.exec('PRAGMA user_version = 999');
    database.close();
    expect(readState(stateDir)).toEqual({ ok: false, why: expect.stringMatching(/newer replenish-agent/) });
  });
});

test.each([
  { name: 'gone', lose: (path: string) => rmSync(path) },
  { name: 'emptied', lose: (path: string) => truncateSync(path, 0) },
])('a state that is $name is a history that was lost', ({ lose }) => {
  const stateDir = folder();
  written(stateDir).close();
  lose(join(stateDir, 'state.db'));
  expect(readState(stateDir)).toMatchObject({ ok: true, state: { isHistoryLost: true } });
});

test('a record that can not be read is told as lost', () => {
  const stateDir = folder();
  written(stateDir).close();
  const database = new DatabaseSync(join(stateDir, 'state.db'));
  database.exec("UPDATE slot SET record = '{}'");
  database.close();
  const reading = readState(stateDir);
  expect(reading.ok && reading.state.records.get('black')).toBe('lost');
});
