import { spawnSync } from 'node:child_process';
import { mkdtempSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { Worker } from 'node:worker_threads';
import { afterEach, beforeEach, describe, expect, onTestFinished, test, vi } from 'vitest';
import type { SerialPort } from '../../../hardware/serial/serial-port.ts';
import { openSerialPort } from '../../../hardware/serial/serial-port.ts';
import type { Pty } from '../../support/pty.ts';
import { openPty } from '../../support/pty.ts';
import type { BoardThreadData } from './board-thread.ts';

const WAIT = { timeout: 30_000, interval: 2 };
const UNPLUGS = 100;

let folder: string;
let pty: Pty;

beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'serial-port-'));
  pty = openPty();
});

afterEach(() => {
  pty.unplug();
  rmSync(folder, { recursive: true });
});

async function open(path: string): Promise<SerialPort> {
  const opened = await openSerialPort({ path, baudRate: 9600 });
  if (!opened.ok) throw new Error(opened.error);
  onTestFinished(() => opened.port.close());
  return opened.port;
}

async function openError(path: string): Promise<string> {
  const opened = await openSerialPort({ path, baudRate: 9600 });
  if (opened.ok) await opened.port.close();
  return opened.ok ? 'it opened' : opened.error;
}

/** Notes what a port tells. */
function recorder() {
  const losses: string[] = [];
  const chunks: string[] = [];
  return {
    losses,
    text: () => chunks.join(''),
    listener: {
      onBytes: (bytes: Buffer) => void chunks.push(bytes.toString('latin1')),
      onLost: (reason: string) => void losses.push(reason),
    },
  };
}

function openDescriptors(): number {
  return readdirSync('/proc/self/fd').length;
}

/** Share of one processor that this process uses, over a moment of real time. */
async function processorShare(): Promise<number> {
  const startMs = performance.now();
  const before = process.cpuUsage();
  await sleep(500);
  const used = process.cpuUsage(before);
  return (used.user + used.system) / 1000 / (performance.now() - startMs);
}

describe('openSerialPort', () => {
  test('sends what it is given, and says so when the device takes nothing any more', async () => {
    const port = await open(pty.path);
    expect(port.write(Buffer.from([0x00, 0x0a, 0xf9]))).toBe(true);
    await vi.waitFor(() => expect([...pty.read()]).toEqual([0x00, 0x0a, 0xf9]), WAIT);
    pty.unplug();
    expect(port.write(Buffer.from([1]))).toBe(false);
    await port.close();
    expect(port.write(Buffer.from([1]))).toBe(false);
  });

  test('passes every byte unchanged', async () => {
    const port = await open(pty.path);
    const seen = recorder();
    port.start(seen.listener);
    const everyByte = Buffer.from(Array.from({ length: 256 }, (_, byte) => byte));
    expect(pty.write(everyByte)).toBe(256);
    await vi.waitFor(() => expect(seen.text()).toBe(everyByte.toString('latin1')), WAIT);
  });

  test('tells once of an unplug while it waits for bytes', async () => {
    const port = await open(pty.path);
    const seen = recorder();
    port.start(seen.listener);
    pty.write('1\n');
    await vi.waitFor(() => expect(seen.text()).toBe('1\n'), WAIT);
    pty.unplug();
    await vi.waitFor(() => expect(seen.losses).toHaveLength(1), WAIT);
    await port.close();
    expect(seen.losses).toHaveLength(1);
  });

  test('tells of an unplug that came before the first wait for bytes', async () => {
    const port = await open(pty.path);
    const seen = recorder();
    port.start(seen.listener);
    pty.unplug();
    await vi.waitFor(() => expect(seen.losses).toHaveLength(1), WAIT);
    expect(await processorShare()).toBeLessThan(0.5);
  });

  test('tells of an unplug that came before the first read, where the package alone would spin for ever', async () => {
    const port = await open(pty.path);
    pty.unplug();
    const seen = recorder();
    port.start(seen.listener);
    await vi.waitFor(() => expect(seen.losses).toHaveLength(1), WAIT);
    expect(await processorShare()).toBeLessThan(0.5);
  });

  test(`notices ${UNPLUGS} of ${UNPLUGS} unplugs in a flood of frames, is idle afterwards and leaks nothing`, async () => {
    const losses: number[] = [];
    let descriptors = 0;
    for (let round = 0; round < UNPLUGS; round += 1) {
      const link = join(folder, `board-${round}`);
      const data: BoardThreadData = {
        link,
        text: 'slot=1 raw=500\r\n',
        unplugAfterTimes: 20 + ((round * 37) % 200),
        stop: new Int32Array(new SharedArrayBuffer(4)),
      };
      const board = new Worker(new URL('./board-thread.ts', import.meta.url), { workerData: data });
      const gone = new Promise((resolve) => board.once('exit', resolve));
      const port = await vi.waitFor(() => open(link), WAIT);
      const seen = recorder();
      port.start(seen.listener);
      await vi.waitFor(() => expect(seen.losses.length).toBeGreaterThan(0), WAIT);
      await gone;
      await port.close();
      losses.push(seen.losses.length);
      // The first rounds load code and start threads.
      if (round === 4) descriptors = openDescriptors();
    }
    expect(losses).toEqual(Array.from({ length: UNPLUGS }, () => 1));
    expect(await processorShare()).toBeLessThan(0.5);
    expect(openDescriptors()).toBeLessThanOrEqual(descriptors);
  }, 120_000);

  test('hears nothing any more once it is closed, and may be closed twice', async () => {
    const port = await open(pty.path);
    const seen = recorder();
    port.start(seen.listener);
    const closing = port.close();
    await port.close();
    expect(pty.isOpened()).toBe(false);
    await closing;
    pty.unplug();
    await port.close();
    expect(seen.losses).toEqual([]);
  });

  test('may be closed from inside its own listener', async () => {
    const port = await open(pty.path);
    const closed = new Promise<void>((resolve) => {
      port.start({ onBytes: () => resolve(port.close()), onLost: () => expect.unreachable() });
    });
    pty.write('1\n');
    await closed;
    expect(pty.isOpened()).toBe(false);
  });

  test('refuses a port that is open already, and gives it free on close', async () => {
    const port = await open(pty.path);
    expect(await openError(pty.path)).toBe(
      `${pty.path} is in use, by another program or by a second entry in the configuration: sudo fuser ${pty.path} shows which program.`,
    );
    await port.close();
    expect(await openError(pty.path)).toBe('it opened');
  });

  test('says what is wrong with a path that leads to no device', async () => {
    const missing = join(folder, 'ttyUSB0');
    expect(await openError(missing)).toMatch(`There is no device ${missing}: is it plugged in?`);
    writeFileSync(missing, '');
    expect(await openError(missing)).toMatch(`${missing} is not a serial device`);
    expect(await openError('/dev/null')).toMatch('/dev/null is not a serial device');
  });

  test('leaks no descriptor when a port cannot be opened', async () => {
    await openError('/dev/null');
    const before = openDescriptors();
    for (let attempt = 0; attempt < 20; attempt += 1) await openError('/dev/null');
    expect(openDescriptors()).toBe(before);
  });

  test('turns a failing listener into an ordinary uncaught exception, not into an abort of the process', () => {
    const source = `
      import { openSerialPort } from '${new URL('../../../hardware/serial/serial-port.ts', import.meta.url)}';
      import { openPty } from '${new URL('../../support/pty.ts', import.meta.url)}';
      const pty = openPty();
      const opened = await openSerialPort({ path: pty.path, baudRate: 9600 });
      process.on('uncaughtException', (error) => { console.log(error.message); process.exit(3); });
      opened.port.start({ onBytes: () => { throw new Error('a defect of ours'); }, onLost: () => {} });
      pty.write('1');`;
    const child = spawnSync(process.execPath, ['--input-type=module', '--eval', source], {
      encoding: 'utf8',
    });
    expect(child).toMatchObject({ status: 3, signal: null, stdout: 'a defect of ours\n' });
  });
});
