import assert from 'node:assert';
import { spawn } from 'node:child_process';
import {
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  statSync,
  truncateSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { fileURLToPath } from 'node:url';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { EMPTY_BOOK } from '../../agent/duty/duty-book.ts';
import { NO_USAGE } from '../../agent/forecast/usage.ts';
import { NEW_RECORD } from '../../agent/policy/decide.ts';
import type { SlotRecord } from '../../agent/policy/slot-state.ts';
import { openStateStore, type StateStore } from '../../agent/store/state-store.ts';

let folder: string;
const opened: StateStore[] = [];
beforeEach(() => {
  folder = join(mkdtempSync(join(tmpdir(), 'state-')), 'nested', 'state');
});
afterEach(() => {
  for (const store of opened.splice(0)) store.close();
  rmSync(join(folder, '..', '..'), { recursive: true });
});

function open() {
  const opening = openStateStore(folder, Date.UTC(2026, 10, 23));
  opened.push(opening.store);
  return opening;
}

/** Commits one slot, stops, and changes what stands on the disk. */
function change(sql: string, ...values: string[]) {
  reopen().store.commit('black', ON_ORDER, []);
  for (const store of opened.splice(0)) store.close();
  const database = new DatabaseSync(join(folder, 'state.db'));
  database.prepare(sql).run(...values);
  database.close();
}

/** A slot's history as the flow takes it up. */
function load(store: StateStore, slot: string) {
  return store.found().get(slot) ?? (store.isHistoryLost() ? 'lost' : null);
}

function reopen() {
  for (const store of opened.splice(0)) store.close();
  return open();
}

const instant = { bootId: 'b', monotonicMs: 1, wallMs: 2, wallTrusted: true };
const ON_ORDER: SlotRecord = {
  slotId: 's',
  depletion: {
    orderId: 'o-1',
    slotId: 's',
    openedAt: instant,
    attempts: 1,
    failures: 0,
    doubtSince: null,
    rejectedToken: null,
    tokenRefreshed: false,
    eventInstanceId: 'amzn1.dash.v2.o.x',
    stage: { kind: 'on-order', since: instant },
  },
  placed: [instant],
  usage: NO_USAGE,
  cancels: { count: 1, at: instant },
  pastInstances: [{ id: 'amzn1.dash.v2.o.w', isOver: true }],
  snooze: null,
  lastOrder: {
    orderId: 'o-1',
    attempt: 1,
    outcome: 'placed',
    detailCode: 'X',
    eventInstanceId: null,
    atMs: 3,
  },
};

describe('the state', () => {
  it('is there again after a restart, record and reports alike', () => {
    open().store.commit('black', ON_ORDER, ['{"a":1}', '{"b":2}']);
    const { store, quarantined } = reopen();
    expect(quarantined).toBeNull();
    expect(load(store, 'black')).toEqual(ON_ORDER);
    expect(load(store, 'cyan')).toBeNull();
    expect(store.outbox.depth()).toBe(2);
    expect(store.outbox.peek()).toMatchObject({ slot: 'black', payload: '{"a":1}' });
  });

  it('takes what several slots decided at once, or nothing of it', () => {
    const { store } = open();
    store.commitAll([
      { slot: 'black', record: ON_ORDER, reports: ['1'] },
      { slot: 'cyan', record: ON_ORDER, reports: ['2'] },
    ]);
    const unreadable = { ...NEW_RECORD, slotId: { toJSON: () => assert.fail('no text') } as never };
    expect(() =>
      store.commitAll([
        { slot: 'black', record: NEW_RECORD, reports: ['3'] },
        { slot: 'cyan', record: unreadable, reports: [] },
      ]),
    ).toThrow('no text');
    const again = reopen().store;
    expect([load(again, 'black'), load(again, 'cyan')]).toEqual([ON_ORDER, ON_ORDER]);
    expect(again.outbox.depth()).toBe(2);
  });

  it('goes to other names all at once', () => {
    const { store } = open();
    store.commit('black', ON_ORDER, []);
    store.commit('cyan', NEW_RECORD, []);
    store.reassign(
      new Map([
        ['cyan', ON_ORDER],
        ['ink', NEW_RECORD],
      ]),
      ['black'],
    );
    const again = reopen().store;
    expect([...again.found().keys()].sort()).toEqual(['cyan', 'ink']);
    expect(load(again, 'cyan')).toEqual(ON_ORDER);
  });

  it('is for its owner only: folder 0700, every file 0600', () => {
    open().store.commit('black', ON_ORDER, ['{}']);
    expect(statSync(folder).mode & 0o777).toBe(0o700);
    const modes = readdirSync(folder).map((name) => statSync(join(folder, name)).mode & 0o777);
    expect(modes.length).toBeGreaterThan(3);
    expect(new Set(modes)).toEqual(new Set([0o600]));
  });

  it('commits with WAL and synchronous FULL', () => {
    open();
    const peek = new DatabaseSync(join(folder, 'state.db'), { readOnly: true });
    expect(peek.prepare('PRAGMA journal_mode').get()).toEqual({ journal_mode: 'wal' });
    peek.close();
    const source = readFileSync(
      fileURLToPath(new URL('../../agent/store/state-store.ts', import.meta.url)),
      'utf8',
    );
    expect(source).toContain('PRAGMA synchronous = FULL');
  });

  it('is read by another program while the agent holds it', () => {
    open().store.commit('black', ON_ORDER, []);
    const peek = new DatabaseSync(join(folder, 'state.db'), { readOnly: true });
    expect(peek.prepare('SELECT name FROM slot').all()).toEqual([{ name: 'black' }]);
    peek.close();
  });

  it('belongs to one agent at a time', () => {
    open();
    expect(() => openStateStore(folder, 0)).toThrow(/Another replenish-agent is running on .*--state-dir/);
    expect(load(reopen().store, 'black')).toBeNull();
  });

  it('of a newer version is left alone, politely', () => {
    open();
    for (const store of opened.splice(0)) store.close();
    const database = new DatabaseSync(join(folder, 'state.db'));
    database.exec('PRAGMA user_version = 99');
    database.close();
    expect(() => open()).toThrow(/newer replenish-agent/);
    expect(readdirSync(folder).some((name) => name.includes('damaged'))).toBe(false);
  });

  it('that can not be written is an error with a remedy', () => {
    writeFileSync(join(folder, '..', '..', 'file'), '');
    expect(() => openStateStore(join(folder, '..', '..', 'file'), 0)).toThrow(/--state-dir/);
  });
});

describe('a damaged state', () => {
  it.each([
    ['garbage', (path: string) => writeFileSync(path, 'garbage '.repeat(5000))],
    ['a short piece', (path: string) => writeFileSync(path, 'SQLite format 3\0')],
    ['a cut-off file', (path: string) => truncateSync(path, 3000)],
  ])('of %s is put aside, and every slot without a history has lost it', (_name, damage) => {
    open().store.commit('black', ON_ORDER, []);
    for (const store of opened.splice(0)) store.close();
    damage(join(folder, 'state.db'));
    const { store, quarantined } = open();
    expect(quarantined).toMatch(/state\.db\.damaged-2026-11-23/);
    expect(load(store, 'black')).toBe('lost');
    expect(load(reopen().store, 'black')).toBe('lost');
    const again = reopen().store;
    again.commit('black', ON_ORDER, []);
    expect(load(reopen().store, 'black')).toEqual(ON_ORDER);
    expect(load(opened[0] ?? again, 'new-slot')).toBe('lost');
  });

  it.each([
    ['emptied', (path: string) => truncateSync(path, 0)],
    ['deleted', (path: string) => rmSync(path)],
  ])('that was %s is a lost history, not a new device', (_name, damage) => {
    open().store.commit('black', ON_ORDER, []);
    for (const store of opened.splice(0)) store.close();
    damage(join(folder, 'state.db'));
    expect(load(open().store, 'black')).toBe('lost');
  });

  it('in one row is the loss of that slot only', () => {
    const { store } = open();
    store.commit('black', ON_ORDER, []);
    store.commit('cyan', NEW_RECORD, []);
    for (const each of opened.splice(0)) each.close();
    const database = new DatabaseSync(join(folder, 'state.db'));
    database.exec(`UPDATE slot SET record = '{"depletion":7}' WHERE name = 'black'`);
    database.close();
    const { store: again } = open();
    expect(load(again, 'black')).toBe('lost');
    expect(load(again, 'cyan')).toEqual(NEW_RECORD);
  });

  it.each([
    ['a moment without end', '$.placed[0].wallMs', '1e999'],
    ['half a request', '$.depletion.attempts', '1.5'],
    ['more requests than can be counted', '$.depletion.attempts', '9007199254740992'],
    ['fewer requests than none', '$.depletion.failures', '-1'],
    ['a third cancellation', '$.cancels.count', '3'],
    ['a word that is not known', '$.more', '1'],
    ['a word that is not known, deep inside', '$.depletion.stage.more', '1'],
    ['an order without a state', '$.depletion.stage', '[]'],
    ['a state of a kind to come', '$.depletion.stage.kind', '"new"'],
    ['a value where it may only be missing', '$.depletion.stage.isTestCancelled', 'null'],
    ['a list for an object', '$.lastOrder', '[]'],
  ])('that holds %s is the loss of that slot', (_name, path, json) => {
    change('UPDATE slot SET record = json_set(record, ?, json(?))', path, json);
    expect(load(open().store, 'black')).toBe('lost');
  });

  it('in the memory of the forecast costs the slot nothing else', () => {
    for (const json of ['null', '[]', '{"openForMs":1e999}']) {
      change('UPDATE slot SET record = json_set(record, ?, json(?))', '$.usage', json);
      expect(load(open().store, 'black')).toEqual(ON_ORDER);
    }
  });

  it('is kept three times at the most', () => {
    for (let day = 1; day <= 6; day++) {
      openStateStore(folder, Date.UTC(2026, 0, day)).store.close();
      writeFileSync(join(folder, 'state.db'), 'garbage '.repeat(1000));
    }
    openStateStore(folder, Date.UTC(2026, 0, 7)).store.close();
    expect(readdirSync(folder).filter((name) => name.includes('damaged'))).toHaveLength(3);
  });
});

describe('what DRS was told', () => {
  const told = { at: instant, againInMs: 5 };

  it('is known after a restart, whatever the slots are called', () => {
    const { store } = open();
    const named = { constructor: { ...told, levelPercent: 50 }, prototype: { ...told, levelPercent: 60 } };
    const book = { device: told, slots: named, used: { prototype: 70 }, endedToken: 'f' };
    store.duties.save(book);
    expect(reopen().store.duties.load()).toEqual(book);
  });

  it('begins with nothing used where an older version wrote it', () => {
    open().store.duties.save({ device: told, slots: {}, used: { black: 1 }, endedToken: null });
    change("UPDATE duty SET book = json_remove(book, '$.used')");
    expect(open().store.duties.load()).toEqual({ device: told, slots: {}, used: {}, endedToken: null });
  });

  it.each([
    ['$.slots', '[]'],
    ['$.used', '[1]'],
    ['$.used', '{"black":1e999}'],
    ['$.device.againInMs', '-1'],
    ['$.more', '1'],
  ])('is told again when %s is %s', (path, json) => {
    open().store.duties.save({ device: told, slots: {}, used: { black: 1 }, endedToken: null });
    change('UPDATE duty SET book = json_set(book, ?, json(?))', path, json);
    expect(open().store.duties.load()).toEqual(EMPTY_BOOK);
  });
});

describe('the outbox', () => {
  it('gives entries in order and forgets what the broker has', () => {
    const { store } = open();
    for (const payload of ['1', '2', '3']) store.commit('black', NEW_RECORD, [payload]);
    const seen: string[] = [];
    for (let entry = store.outbox.peek(); entry !== null; entry = store.outbox.peek()) {
      seen.push(entry.payload);
      store.outbox.remove(entry.sequence);
    }
    expect(seen).toEqual(['1', '2', '3']);
    expect(store.outbox.depth()).toBe(0);
  });

  it('is bounded: the oldest go first and are counted, across restarts', () => {
    const { store } = open();
    const big = JSON.stringify('x'.repeat(1024 * 1024));
    for (let i = 0; i < 10; i++) store.commit('black', NEW_RECORD, [`${i}${big}`]);
    expect(store.outbox.depth()).toBe(7);
    expect(store.outbox.peek()?.payload[0]).toBe('3');
    expect(reopen().store.outbox.dropped()).toBe(3);
  });

  it('takes a use together with the level up to which it is told, or neither', () => {
    const { store } = open();
    const book = { ...store.duties.load(), used: { black: 70 } };
    store.commitUse('black', 'ten', book);
    store.commit('black', ON_ORDER, ['order']);
    const again = reopen().store;
    expect(again.duties.load().used).toEqual({ black: 70 });
    expect(again.outbox.peek()).toMatchObject({ kind: 'consumed', slot: 'black', payload: 'ten' });
    again.outbox.remove(again.outbox.peek()?.sequence ?? 0);
    expect(again.outbox.peek()).toMatchObject({ kind: 'order', payload: 'order' });

    const other = new DatabaseSync(join(folder, 'state.db'));
    other.exec("CREATE TRIGGER full BEFORE INSERT ON outbox BEGIN SELECT RAISE(ABORT, 'full'); END");
    other.close();
    expect(() => again.commitUse('black', 'more', { ...book, used: { black: 60 } })).toThrow('full');
    expect(again.duties.load().used).toEqual({ black: 70 });
    expect(reopen().store.duties.load().used).toEqual({ black: 70 });
  });

  it('never numbers two entries alike, even when it was empty between', () => {
    const { store } = open();
    store.commit('black', NEW_RECORD, ['1']);
    const first = store.outbox.peek()?.sequence ?? 0;
    store.outbox.remove(first);
    const again = reopen().store;
    again.commit('black', NEW_RECORD, ['2']);
    expect(again.outbox.peek()?.sequence).toBeGreaterThan(first);
  });
});

it('a commit that returned survives SIGKILL in the very next moment', async () => {
  const script = fileURLToPath(new URL('commit-forever.ts', import.meta.url));
  for (let round = 0; round < 5; round++) {
    const child = spawn(process.execPath, [script, folder, String(round)], {
      stdio: ['ignore', 'pipe', 'inherit'],
    });
    let acknowledged = -1;
    const exited = new Promise((resolve) => child.on('exit', resolve));
    child.stdout.on('data', (chunk: Buffer) => {
      acknowledged = Number(chunk.toString().trim().split('\n').at(-1));
      if (acknowledged > 10 + round * 17) child.kill('SIGKILL');
    });
    await exited;
    const { store } = open();
    const record = load(store, `slot-${round}`);
    expect(record !== null && record !== 'lost' && (record.lastOrder?.attempt ?? -1) >= acknowledged).toBe(
      true,
    );
    for (const each of opened.splice(0)) each.close();
  }
});
