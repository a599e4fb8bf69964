import { once } from 'node:events';
import {
  chmodSync,
  existsSync,
  lstatSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  renameSync,
  rmSync,
  writeFileSync,
} from 'node:fs';
import { connect, createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, onTestFinished, test } from 'vitest';
import { parseStatus } from '../../agent/local/answer-schema.ts';
import { connectLocal, type LocalConnection } from '../../agent/local/local-client.ts';
import { type LocalDoor, openLocalDoor } from '../../agent/local/local-door.ts';
import { createClock } from '../../agent/system/clock.ts';
import { frame, statusOf } from './pictures.ts';

const clock = createClock(0);
const WITHIN_MS = 30_000;

function folder(...below: readonly string[]): string {
  const root = mkdtempSync(join(tmpdir(), 'door-'));
  onTestFinished(() => rmSync(root, { recursive: true, force: true }));
  const path = join(root, ...below);
  mkdirSync(path, { recursive: true });
  return path;
}

type Opened = { readonly door: LocalDoor; readonly warnings: string[] };

function open(stateDir: string, runtimeDir: string | null = null): Opened {
  const warnings: string[] = [];
  const silent = (): void => undefined;
  const door = openLocalDoor({
    stateDir,
    runtimeDir,
    timing: clock,
    log: { debug: silent, info: silent, error: silent, warn: (_facts, sentence) => warnings.push(sentence) },
    service: {
      perform: ({ kind }) => Promise.resolve({ ok: true, message: kind }),
      status: () => statusOf({ black: {} }),
      live: () => frame({}),
      reload: () => Promise.resolve({ ok: true, message: 'agent.yaml is in force.' }),
    },
  });
  onTestFinished(() => door.close());
  return { door, warnings };
}

/** Connects as soon as the socket is there. */
async function reach(path: string): Promise<LocalConnection> {
  const giveUpAtMs = clock.nowMs() + WITHIN_MS;
  for (;;) {
    const connecting = await connectLocal(path, clock);
    if (connecting.kind === 'connected') {
      onTestFinished(() => connecting.connection.close());
      return connecting.connection;
    }
    if (clock.nowMs() > giveUpAtMs) throw new Error(`Nobody listens at ${path}.`);
  }
}

async function isServed(path: string): Promise<boolean> {
  const connection = await reach(path);
  connection.ask({ status: true });
  const line = await connection.next(WITHIN_MS);
  return line !== null && parseStatus(line).kind === 'answer';
}

test('the socket is in the state directory, for user and group, and gone after the stop', async () => {
  const stateDir = folder();
  const { door } = open(stateDir);
  const path = join(stateDir, 'agent.sock');
  expect(await isServed(path)).toBe(true);
  expect(lstatSync(path).mode & 0o777).toBe(0o660);
  expect(readdirSync(stateDir)).toEqual(['agent.sock']);
  await door.close();
  expect(readdirSync(stateDir)).toEqual([]);
  expect(await connectLocal(path, clock)).toEqual({ kind: 'absent' });
});

test('with a runtime directory it is there, and the state directory shows the way', async () => {
  const [stateDir, runtimeDir] = [folder(), folder()];
  const { door } = open(stateDir, runtimeDir);
  expect(await isServed(join(runtimeDir, 'agent.sock'))).toBe(true);
  expect(await isServed(join(stateDir, 'agent.sock'))).toBe(true);
  await door.close();
  expect([...readdirSync(stateDir), ...readdirSync(runtimeDir)]).toEqual([]);
});

test.each([99, 107, 108, 109, 400, 3000])(
  'a state directory of %i bytes is reached as well',
  async (bytes) => {
    const root = folder();
    // The parts of a path have 255 bytes at the most.
    let stateDir = root;
    while (bytes - stateDir.length > 201) stateDir = join(stateDir, 'd'.repeat(150));
    stateDir = join(stateDir, 'e'.repeat(bytes - stateDir.length - 1));
    mkdirSync(stateDir, { recursive: true });
    expect(stateDir).toHaveLength(bytes);
    const { door, warnings } = open(stateDir);
    expect(await isServed(join(stateDir, 'agent.sock'))).toBe(true);
    await door.close();
    expect(readdirSync(stateDir)).toEqual([]);
    expect(warnings).toEqual([]);
  },
);

test('a socket that a crash left behind is replaced', async () => {
  const stateDir = folder();
  const path = join(stateDir, 'agent.sock');
  const left = createServer();
  left.listen(`${path}.new`);
  await once(left, 'listening');
  renameSync(`${path}.new`, path);
  await new Promise((resolve) => left.close(resolve));
  expect(existsSync(path)).toBe(true);
  expect(await connectLocal(path, clock)).toEqual({ kind: 'absent' });
  open(stateDir);
  expect(await isServed(path)).toBe(true);
});

test('a socket that can not be made is a warning', async () => {
  const stateDir = join(folder(), 'gone');
  const { warnings, door } = open(stateDir);
  await expect.poll(() => warnings, { timeout: WITHIN_MS }).toHaveLength(1);
  expect(warnings[0]).toMatch(/^The local socket could not be made/);
  await door.close();
});

test('a ninth program is sent away, and let in when another has left', async () => {
  const stateDir = folder();
  open(stateDir);
  const path = join(stateDir, 'agent.sock');
  const connections: LocalConnection[] = [];
  for (let count = 0; count < 8; count++) {
    const connection = await reach(path);
    connection.ask({ status: true });
    expect(await connection.next(WITHIN_MS)).not.toBeNull();
    connections.push(connection);
  }
  const ninth = await reach(path);
  expect(await ninth.next(WITHIN_MS)).toMatch(/^\{"error":"Too many/);
  expect(await ninth.next(WITHIN_MS)).toBeNull();
  connections[0]?.close();
  await expect
    .poll(
      async () => {
        const again = await reach(path);
        again.ask({ status: true });
        const line = await again.next(WITHIN_MS);
        again.close();
        return line?.startsWith('{"service"');
      },
      { timeout: WITHIN_MS },
    )
    .toBe(true);
});

test('hostile bytes end their own connection and nobody else is the worse for it', async () => {
  const stateDir = folder();
  open(stateDir);
  const path = join(stateDir, 'agent.sock');
  const good = await reach(path);
  for (const bytes of [
    Buffer.alloc(1024 * 1024, 0xff),
    Buffer.from('\0\n'),
    Buffer.from('{"command":1}\n'),
  ]) {
    const socket = connect(path);
    const ended = once(socket, 'close');
    socket.on('error', () => undefined);
    socket.resume();
    socket.write(bytes);
    await ended;
  }
  good.ask({ status: true });
  expect(await good.next(WITHIN_MS)).toMatch(/^\{"service":"running"/);
});

test('a stop ends the conversations that are under way', async () => {
  const stateDir = folder();
  const { door } = open(stateDir);
  const watching = await reach(join(stateDir, 'agent.sock'));
  watching.ask({ watch: true });
  expect(await watching.next(WITHIN_MS)).not.toBeNull();
  await door.close();
  expect(await watching.next(WITHIN_MS)).toBeNull();
  expect(watching.isOver()).toBe(true);
});

test('a socket that is none, or that this user may not use, is told apart', async () => {
  const stateDir = folder();
  const path = join(stateDir, 'agent.sock');
  expect(await connectLocal(path, clock)).toEqual({ kind: 'absent' });
  expect(await connectLocal(join(stateDir, 'no', 'agent.sock'), clock)).toEqual({ kind: 'absent' });
  writeFileSync(path, '');
  expect(await connectLocal(path, clock)).toEqual({ kind: 'absent' });
  if (process.getuid?.() === 0) return;
  rmSync(path);
  open(stateDir);
  await reach(path);
  chmodSync(path, 0);
  expect(await connectLocal(path, clock)).toMatchObject({ kind: 'refused' });
});
