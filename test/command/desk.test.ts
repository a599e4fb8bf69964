import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, it, onTestFinished } from 'vitest';
import type { Command, CommandResult } from '../../agent/command/command.ts';
import { createCommandDesk } from '../../agent/command/desk.ts';
import { openStateStore, type StateStore } from '../../agent/store/state-store.ts';

const DONE: CommandResult = { ok: true, message: 'Done.' };

function openFolder() {
  const folder = mkdtempSync(join(tmpdir(), 'desk-'));
  let store: StateStore | null = null;
  onTestFinished(() => {
    store?.close();
    rmSync(folder, { recursive: true });
  });
  return (): StateStore => {
    store?.close();
    store = openStateStore(folder, 0).store;
    return store;
  };
}

/** A desk on a real state directory, in a time that stands still unless it is moved. */
function setUp(open = openFolder()) {
  const done: Command[] = [];
  const world = { nowMs: 0, diskFails: false, result: async (): Promise<CommandResult> => DONE };
  const { commands } = open();
  const desk = createCommandDesk({
    clock: { nowMs: () => world.nowMs, wallMs: () => Date.UTC(2026, 0, 1), wallTrusted: () => true },
    log: { info: () => undefined, warn: () => undefined },
    ledger: {
      ...commands,
      begin: (id, command) => {
        if (world.diskFails) throw new Error('disk full');
        commands.begin(id, command);
      },
    },
    slots: () => ['black'],
    perform: (command) => {
      done.push(command);
      return world.result();
    },
  });
  const send = (fields: object, retained = false) =>
    desk.take(Buffer.from(JSON.stringify({ slot: 'black', ...fields })), retained);
  return { desk, send, done, world, open };
}

it('a command is done and answered by its id', async () => {
  const { send, done } = setUp();
  expect(await send({ id: 'a', command: 'order' })).toEqual({ id: 'a', ...DONE });
  expect(done).toEqual([{ kind: 'order', slot: 'black' }]);
});

it('a repeated id has no second effect and gets the same answer, also when it has expired meanwhile', async () => {
  const { send, done, world } = setUp();
  world.result = async () => ({ ok: false, message: 'Not now.' });
  const first = await send({ id: 'a', command: 'order' });
  world.result = async () => DONE;
  expect(await send({ id: 'a', command: 'order' })).toEqual(first);
  expect(await send({ id: 'a', command: 'order', expiresAt: '2025-01-01T00:00:00Z' })).toEqual(first);
  expect(done).toHaveLength(1);
});

it('two of one id at the same time are one', async () => {
  const { send, done, world } = setUp();
  const answers = Promise.withResolvers<CommandResult>();
  world.result = () => answers.promise;
  const both = [send({ id: 'a', command: 'cancel-test' }), send({ id: 'a', command: 'cancel-test' })];
  answers.resolve(DONE);
  expect(await Promise.all(both)).toEqual([
    { id: 'a', ...DONE },
    { id: 'a', ...DONE },
  ]);
  expect(done).toHaveLength(1);
});

it.each(['order', 'rearm', 'cancel-test'])('%s is remembered over a restart', async (command) => {
  const open = openFolder();
  const before = await setUp(open).send({ id: 'a', command });
  const { send, done } = setUp(open);
  expect(await send({ id: 'a', command })).toEqual(before);
  expect(done).toEqual([]);
});

it('a command that a crash cut short is not done again', async () => {
  const open = openFolder();
  const crashed = setUp(open);
  crashed.world.result = () => new Promise(() => undefined);
  void crashed.send({ id: 'a', command: 'order' });
  expect(crashed.done).toHaveLength(1);
  const { send, done } = setUp(open);
  expect(await send({ id: 'a', command: 'order' })).toMatchObject({
    ok: false,
    message: expect.stringMatching(/begun before the agent was restarted/),
  });
  expect(done).toEqual([]);
});

it('the id is on disk before anything is done', async () => {
  const open = openFolder();
  const { send, world } = setUp(open);
  world.result = async () => {
    throw new Error('The process dies here.');
  };
  await send({ id: 'a', command: 'order' });
  expect(open().commands.find('a')).toMatchObject({ command: '{"kind":"order","slot":"black"}' });
});

it('nothing is done that the disk refuses to remember, and the id may be used again', async () => {
  const { send, done, world } = setUp();
  world.diskFails = true;
  expect(await send({ id: 'a', command: 'order' })).toMatchObject({ ok: false });
  expect(done).toEqual([]);
  world.diskFails = false;
  expect(await send({ id: 'a', command: 'order' })).toMatchObject({ ok: true });
});

it('an id that meant another command is refused', async () => {
  const { send, done } = setUp();
  await send({ id: 'a', command: 'order' });
  expect(await send({ id: 'a', command: 'rearm' })).toMatchObject({
    ok: false,
    message: expect.stringMatching(/another command/),
  });
  expect(done).toHaveLength(1);
});

it('a report is not written down: it changes nothing', async () => {
  const open = openFolder();
  const { send } = setUp(open);
  await send({ id: 'a', command: 'report' });
  expect(open().commands.find('a')).toBeNull();
});

it('ten in a row are done, then one in six seconds, and each is answered', async () => {
  const { send, done, world } = setUp();
  const answers = [];
  for (let i = 0; i < 15; i++) answers.push(await send({ id: `a${i}`, command: 'report' }));
  expect(done).toHaveLength(10);
  expect(answers.map((answer) => answer?.ok)).toEqual([...Array(10).fill(true), ...Array(5).fill(false)]);
  world.nowMs += 6_000;
  expect(await send({ id: 'a14', command: 'report' })).toMatchObject({ ok: true });
  expect(await send({ id: 'a15', command: 'report' })).toMatchObject({
    ok: false,
    message: expect.stringMatching(/Too many/),
  });
});

it('hostile messages and repetitions do not starve each other', async () => {
  const { desk, send, done } = setUp();
  await send({ id: 'a', command: 'order' });
  for (let i = 0; i < 30; i++) expect(await desk.take(Buffer.from('{'), false)).toMatchObject({ ok: false });
  expect(await send({ id: 'a', command: 'order' })).toEqual({ id: 'a', ...DONE });
  expect(done).toHaveLength(1);
});

it('a retained command is refused even when its id is known, and its removal is no command', async () => {
  const { desk, send, done } = setUp();
  await send({ id: 'a', command: 'order' });
  expect(await send({ id: 'a', command: 'order' }, true)).toMatchObject({ id: 'a', ok: false });
  expect(await desk.take(Buffer.alloc(0), true)).toBeNull();
  expect(done).toHaveLength(1);
});

it('a defect is an answer, not a crash', async () => {
  const { send, world } = setUp();
  world.result = () => Promise.reject(new Error('at some.ts:1:1'));
  expect(await send({ id: 'a', command: 'order' })).toEqual({
    id: 'a',
    ok: false,
    message: expect.not.stringContaining('some.ts'),
  });
});

it('the disk remembers the latest 64, however many come', () => {
  const { commands } = openFolder()();
  for (let i = 0; i < 100; i++) commands.begin(`id-${i}`, '{}');
  const known = Array.from({ length: 100 }, (_, i) => commands.find(`id-${i}`) !== null);
  expect(known.indexOf(true)).toBe(36);
  expect(known.filter(Boolean)).toHaveLength(64);
});
