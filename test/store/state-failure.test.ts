import { spawnSync } from 'node:child_process';
import {
  chmodSync,
  existsSync,
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
import { DatabaseSync } from 'node:sqlite';
import { beforeEach, describe, expect, it, onTestFinished } from 'vitest';
import { EMPTY_BOOK } from '../../agent/duty/duty-book.ts';
import { openCommandLedger } from '../../agent/store/command-ledger.ts';
import { openDutyTable } from '../../agent/store/duty-table.ts';
import { MIGRATIONS } from '../../agent/store/migrations.ts';
import { openOutbox } from '../../agent/store/outbox.ts';
import { accessFailure, accessTo, isDamage, stateFailure } from '../../agent/store/state-failure.ts';
import { openStateStore } from '../../agent/store/state-store.ts';
import { CodedError } from '../../agent/system/coded-error.ts';

let folder: string;
beforeEach(() => {
  const root = mkdtempSync(join(tmpdir(), 'state-failure-'));
  folder = join(root, 'state');
  onTestFinished(() => rmSync(root, { recursive: true }));
});

function thrownBy(work: () => unknown): unknown {
  try {
    work();
  } catch (error) {
    return error;
  }
  throw new Error('nothing was thrown');
}

/** Code and sentence of the refusal to open. */
function refusal(path = folder): { readonly code: string; readonly message: string } {
  const error = thrownBy(() => openStateStore(path, 0).store.close());
  if (!(error instanceof CodedError)) throw error;
  return { code: error.code, message: error.message };
}

function openOnce(path = folder): void {
  openStateStore(path, 0).store.close();
}

const modeOf = (path: string): number => statSync(path).mode & 0o777;

describe('the lock', () => {
  it.each(['garbage '.repeat(1000), 'x', 'SQLite format 3\0'])('of garbage (%#) is replaced', (garbage) => {
    openOnce();
    writeFileSync(join(folder, 'agent.lock'), garbage);
    const { store } = openStateStore(folder, 0);
    onTestFinished(() => store.close());
    expect(store.found().size).toBe(0);
    expect(refusal()).toMatchObject({ code: 'STATE_IN_USE' });
  });

  it('that another agent holds stays its own when somebody writes garbage into it', () => {
    openOnce();
    const path = join(folder, 'agent.lock');
    const holder = new DatabaseSync(path);
    holder.exec('BEGIN EXCLUSIVE');
    onTestFinished(() => holder.close());
    // From another process: closing the file in this one would take the lock off it.
    spawnSync('sh', ['-c', 'printf "%2000s" garbage > "$1"', 'sh', path]);
    const { status, stderr } = openInAnotherProcess();
    expect({ status, stderr }).toEqual({ status: 1, stderr: expect.stringContaining('STATE_IN_USE') });
    expect(readFileSync(path).length).toBe(2000);
  });

  it('that can not be a file is not told as a second agent', () => {
    mkdirSync(join(folder, 'agent.lock'), { recursive: true });
    const { code, message } = refusal();
    expect(code).toBe('STATE_UNWRITABLE');
    expect(message).toMatch(/there is a folder where a file has to be .*agent\.lock.* Move that folder away/);
  });
});

function openInAnotherProcess() {
  const store = new URL('../../agent/store/state-store.ts', import.meta.url).href;
  const program = `import { openStateStore } from ${JSON.stringify(store)};
    try { openStateStore(process.argv[1], 0).store.close(); } catch (error) { process.stderr.write(error.code); process.exit(1); }`;
  return spawnSync(process.execPath, ['--input-type=module', '-e', program, folder], { encoding: 'utf8' });
}

describe('a state that can not be used', () => {
  it('because its file is a folder is a sentence with the remedy', () => {
    mkdirSync(join(folder, 'state.db'), { recursive: true });
    const { code, message } = refusal();
    expect(code).toBe('STATE_UNWRITABLE');
    expect(message).toMatch(/can't be used: there is a folder where a file has to be .*state\.db.*Move that/);
  });

  it('because a migration fails is left as it was', () => {
    mkdirSync(folder);
    const path = join(folder, 'state.db');
    const database = new DatabaseSync(path);
    database.exec("CREATE TABLE slot (name TEXT); INSERT INTO slot VALUES ('black')");
    database.close();
    const { code, message } = refusal();
    expect(code).toBe('STATE_UNWRITABLE');
    expect(message).toMatch(/table slot already exists.*left as it was/);
    expect(readdirSync(folder).filter((name) => name.includes('damaged'))).toEqual([]);
    const again = new DatabaseSync(path);
    expect(again.prepare('SELECT name FROM slot').all()).toEqual([{ name: 'black' }]);
    again.close();
  });

  it('because another program writes it is in use, and not damaged', () => {
    openOnce();
    const writer = new DatabaseSync(join(folder, 'state.db'));
    writer.exec('PRAGMA locking_mode = EXCLUSIVE; BEGIN EXCLUSIVE; UPDATE counter SET value = 1');
    onTestFinished(() => writer.close());
    expect(refusal()).toMatchObject({
      code: 'STATE_IN_USE',
      message: expect.stringMatching(/^Another program/),
    });
    expect(readdirSync(folder).filter((name) => name.includes('damaged'))).toEqual([]);
  });
});

/** What SQLite itself throws. */
const SQLITE_FAILURES = {
  full: () => {
    const database = new DatabaseSync(':memory:');
    database.exec('PRAGMA max_page_count = 2; CREATE TABLE t (a); INSERT INTO t VALUES (zeroblob(100000))');
  },
  readOnly: () => {
    const path = join(folder, 'read-only.db');
    new DatabaseSync(path).close();
    new DatabaseSync(path, { readOnly: true }).exec('CREATE TABLE t (a)');
  },
  notMade: () => new DatabaseSync(join(folder, 'nowhere', 'x.db')),
  wrongSql: () => new DatabaseSync(':memory:').exec('NONSENSE'),
  notADatabase: () => {
    writeFileSync(join(folder, 'garbage.db'), 'garbage '.repeat(1000));
    new DatabaseSync(join(folder, 'garbage.db')).exec('BEGIN EXCLUSIVE');
  },
} as const;

describe('a failure of SQLite', () => {
  beforeEach(() => {
    mkdirSync(folder);
  });

  it.each([
    ['full', /the disk is full .*Free some space/],
    ['readOnly', /it can only be read .*findmnt/],
    ['notMade', /one of its files cannot be opened .*ls -l/],
    ['wrongSql', /cannot work with the state in it .*syntax error.*left as it was/],
  ] as const)('(%s) is told with its reason and what to do, and is no damage', (name, sentence) => {
    const error = thrownBy(SQLITE_FAILURES[name]);
    expect(isDamage(error)).toBe(false);
    expect(stateFailure('/var/lib/x', error)).toMatchObject({
      code: 'STATE_UNWRITABLE',
      message: expect.stringMatching(sentence),
    });
  });

  it('of a write is a sentence that can be reported: what is wrong, what to do, and that it mends itself', () => {
    expect(accessFailure(folder, 'written', thrownBy(SQLITE_FAILURES.full))).toMatchObject({
      code: 'STATE_UNWRITABLE',
      message: `The state in ${folder} can't be written: the disk is full. Free some space (df -h). Nothing is ordered meanwhile; the agent tries again by itself.`,
    });
    const ioError = Object.assign(new Error('disk I/O error'), { errcode: 778 });
    expect(accessFailure(folder, 'written', ioError)).toMatchObject({
      message: expect.stringMatching(/: the disk fails\. Look at the kernel log/),
    });
    const defect = new TypeError('x is undefined');
    expect(accessFailure(folder, 'written', defect)).toBe(defect);
  });

  it('is told as such a sentence by whatever reads or writes the state, not in words of SQLite', () => {
    const database = new DatabaseSync(':memory:');
    for (const sql of MIGRATIONS) database.exec(sql);
    const access = accessTo(folder);
    const outbox = openOutbox(database, access);
    const commands = openCommandLedger(database, access);
    const duties = openDutyTable(database, access);
    outbox.add('order', 'black', '{}');
    commands.begin('one', '{}');
    database.exec('PRAGMA query_only = 1');
    for (const write of [
      () => outbox.remove(1),
      () => commands.begin('two', '{}'),
      () => commands.finish('one', { ok: true, message: 'Done.' }),
      () => duties.save(EMPTY_BOOK),
    ])
      expect(thrownBy(write)).toMatchObject({
        code: 'STATE_UNWRITABLE',
        message: expect.stringMatching(/can't be written: it can only be read\. Look whether/),
      });
    database.exec('PRAGMA query_only = 0; DROP TABLE outbox; DROP TABLE command');
    for (const read of [() => outbox.peek(), () => commands.find('one')])
      expect(thrownBy(read)).toMatchObject({ message: expect.stringMatching(/can't be read: this version/) });
  });

  it('that finds no database in the file is damage', () => {
    expect(isDamage(thrownBy(SQLITE_FAILURES.notADatabase))).toBe(true);
  });

  it('is never made up from a defect', () => {
    const defect = new TypeError('x is undefined');
    expect(isDamage(defect)).toBe(false);
    expect(stateFailure('/var/lib/x', defect)).toBe(defect);
  });
});

describe('the state directory', () => {
  it.each(['/proc/x', '/proc/x/y/z'])('%s is refused at once', (path) => {
    expect(refusal(path)).toEqual({
      code: 'STATE_UNWRITABLE',
      message: `The state directory ${path} can't be used: /proc takes no folders. Give a directory that this user may write with --state-dir.`,
    });
  });

  it('behind a link to nothing, or below a file, is refused', () => {
    mkdirSync(folder);
    symlinkSync(join(folder, 'nowhere'), join(folder, 'link'));
    writeFileSync(join(folder, 'file'), '');
    for (const path of ['link', 'link/x', 'file', 'file/x', 'file/x/y'])
      expect(refusal(join(folder, path))).toMatchObject({
        code: 'STATE_UNWRITABLE',
        message: expect.stringMatching(/--state-dir\.$/),
      });
  });

  it('is made with every folder above it, for its owner only', () => {
    openOnce(join(folder, 'a', 'b'));
    for (const path of ['', 'a', 'a/b']) expect(modeOf(join(folder, path))).toBe(0o700);
  });

  it('that was there before is taken away from other users', () => {
    mkdirSync(folder);
    chmodSync(folder, 0o755);
    openOnce();
    expect(modeOf(folder)).toBe(0o700);
    chmodSync(folder, 0o755);
    openOnce();
    expect(modeOf(folder)).toBe(0o700);
  });

  it('that holds something else too keeps its mode', () => {
    mkdirSync(folder);
    writeFileSync(join(folder, 'letter.txt'), '');
    chmodSync(folder, 0o755);
    openOnce();
    expect(modeOf(folder)).toBe(0o755);
    expect(existsSync(join(folder, 'state.db'))).toBe(true);
  });
});
