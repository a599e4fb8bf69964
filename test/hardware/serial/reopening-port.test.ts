import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest';
import type { HardwareState } from '../../../hardware/hardware-source.ts';
import { ReopeningPort } from '../../../hardware/serial/reopening-port.ts';
import { openSerialPort } from '../../../hardware/serial/serial-port.ts';
import type { Pty } from '../../support/pty.ts';
import { openPty } from '../../support/pty.ts';
import { VirtualTiming } from '../../support/virtual-timing.ts';

const WAIT = { timeout: 30_000, interval: 2 };
const SILENCE_MS = 60_000;

let folder: string;
let link: string;
let timing: VirtualTiming;
let port: ReopeningPort;
let ptys: Pty[];
let states: HardwareState[];
let opened: number;
let received: string;
/** Closes the port from inside `onState`, as soon as this state is told. */
let closeOn: HardwareState | null;

beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'reopening-port-'));
  link = join(folder, 'usb-board');
  timing = new VirtualTiming();
  ptys = [];
  states = [];
  opened = 0;
  received = '';
  closeOn = null;
  const settings = { path: link, baudRate: 9600, reopenAfterSilenceMs: SILENCE_MS };
  const listener = {
    onOpen: () => {
      opened += 1;
    },
    onBytes: (bytes: Buffer) => {
      received += bytes.toString('latin1');
    },
    onState: (state: HardwareState) => {
      states.push(state);
      if (state === closeOn) void port.close();
    },
  };
  port = new ReopeningPort(settings, listener, timing, openSerialPort);
});

afterEach(async () => {
  await port.close();
  for (const pty of ptys) pty.unplug();
  rmSync(folder, { recursive: true });
});

function plugIn(): Pty {
  const pty = openPty({ link });
  ptys.push(pty);
  return pty;
}

/** Waits, in real time, for what real parts do at once: the virtual clock stands still. */
async function reached(state: HardwareState, timesOpened: number): Promise<void> {
  await vi.waitFor(() => expect([port.state, opened]).toEqual([state, timesOpened]), WAIT);
}

async function arrives(pty: Pty, text: string): Promise<void> {
  expect(pty.write(text)).toBe(text.length);
  await vi.waitFor(() => expect(received.endsWith(text)).toBe(true), WAIT);
}

/** Waits for the next planned attempt, gives the time until it, and lets that time pass. */
async function nextAttempt(): Promise<number | null> {
  await vi.waitFor(() => expect(timing.pending).toBe(1), WAIT);
  const delayMs = timing.nextInMs;
  timing.advance(delayMs ?? 0);
  return delayMs;
}

describe('ReopeningPort', () => {
  test('is opening at first and open once the device is', async () => {
    plugIn();
    expect(port.state).toBe('opening');
    port.open();
    await reached('open', 1);
    expect([port.error, port.reopens, states]).toEqual([null, 0, ['open']]);
  });

  test('waits 0.5 s after a failure and doubles up to 5 s while the device is missing', async () => {
    port.open();
    const delays: (number | null)[] = [];
    for (let attempt = 0; attempt < 7; attempt += 1) delays.push(await nextAttempt());
    expect(delays).toEqual([500, 1000, 2000, 4000, 5000, 5000, 5000]);
    expect(port.error).toContain(`There is no device ${link}`);
    expect(states).toEqual(['failed']);
  });

  test('opens a device that is plugged in later', async () => {
    port.open();
    await reached('failed', 0);
    plugIn();
    await nextAttempt();
    await reached('open', 1);
    expect([port.error, port.reopens]).toEqual([null, 0]);
  });

  test('takes up a device that comes back under the same link, and is told so', async () => {
    const before = plugIn();
    port.open();
    await reached('open', 1);
    await arrives(before, 'one');
    // Something else takes the old name meanwhile, as happens to ttyUSB0.
    before.unplug();
    await reached('failed', 1);
    expect(port.error).toContain(`${link} was unplugged or stopped working`);
    const after = plugIn();
    expect(await nextAttempt()).toBe(500);
    await reached('open', 2);
    await arrives(after, 'two');
    expect([port.reopens, states, received]).toEqual([1, ['open', 'failed', 'open'], 'onetwo']);
  });

  test('slows down on a device that is lost again and again, and forgets that once it lives', async () => {
    plugIn();
    port.open();
    const delays: (number | null)[] = [];
    for (let round = 1; round <= 4; round += 1) {
      if (round > 1) delays.push(await nextAttempt());
      await reached('open', round);
      if (round === 4) timing.advance(10_000);
      ptys.at(-1)?.unplug();
      await reached('failed', round);
      plugIn();
    }
    delays.push(await nextAttempt());
    await reached('open', 5);
    expect(delays).toEqual([500, 1000, 2000, 500]);
  });

  test('closes and opens anew when no byte has come for the given time', async () => {
    plugIn();
    port.open();
    await reached('open', 1);
    timing.advance(SILENCE_MS - 1);
    expect(port.state).toBe('open');
    timing.advance(1);
    expect(port.state).toBe('silent');
    expect(port.error).toContain('for more than 60 s');
    await reached('silent', 2);
    expect(port.reopens).toBe(1);
  });

  test('stays silent until bytes come, and is open with the first', async () => {
    const pty = plugIn();
    port.open();
    await reached('open', 1);
    timing.advance(SILENCE_MS);
    await reached('silent', 2);
    await arrives(pty, 'x');
    expect([port.state, port.error, states]).toEqual(['open', null, ['open', 'silent', 'open']]);
  });

  test('counts the silence from the last byte, with one timer however many come', async () => {
    const pty = plugIn();
    port.open();
    await reached('open', 1);
    for (let portion = 0; portion < 20; portion += 1) {
      timing.advance(SILENCE_MS / 2);
      await arrives(pty, `${portion},`);
      expect(timing.pending).toBe(1);
    }
    timing.advance(SILENCE_MS - 1);
    expect(port.state).toBe('open');
    timing.advance(1);
    expect(port.state).toBe('silent');
  });

  test('reopens a device that stays silent ever less often, and watches as closely as before once it speaks', async () => {
    const pty = plugIn();
    port.open();
    const periods: (number | null)[] = [];
    for (let round = 1; round <= 7; round += 1) {
      await vi.waitFor(() => expect([opened, timing.pending]).toEqual([round, 1]), WAIT);
      periods.push(timing.nextInMs);
      timing.advance(timing.nextInMs ?? 0);
    }
    expect(periods.map((period) => (period ?? 0) / SILENCE_MS)).toEqual([1, 2, 4, 8, 16, 16, 16]);
    await reached('silent', 8);
    await arrives(pty, 'x');
    expect(timing.nextInMs).toBe(SILENCE_MS);
  });

  test('closes in every state, more than once, and plans nothing afterwards', async () => {
    port.open();
    const closing = port.close();
    await Promise.all([closing, port.close()]);
    expect([port.state, timing.pending]).toEqual(['closed', 0]);
    port.open();
    expect(port.state).toBe('closed');
  });

  test('releases a device that was still being opened when it was closed', async () => {
    const pty = plugIn();
    port.open();
    await port.close();
    expect([pty.isOpened(), timing.pending, states]).toEqual([false, 0, ['closed']]);
  });

  test('does not come back when its owner closes it on hearing of a loss', async () => {
    const pty = plugIn();
    closeOn = 'failed';
    port.open();
    await reached('open', 1);
    pty.unplug();
    await reached('closed', 1);
    await port.close();
    expect([port.state, timing.pending, states]).toEqual(['closed', 0, ['open', 'failed', 'closed']]);
  });

  test('does not come back when its owner closes it on hearing of a failure', async () => {
    closeOn = 'failed';
    port.open();
    await reached('closed', 0);
    await port.close();
    expect([port.state, timing.pending]).toEqual(['closed', 0]);
  });

  test('does not come back when its owner closes it on hearing of silence', async () => {
    const pty = plugIn();
    closeOn = 'silent';
    port.open();
    await reached('open', 1);
    timing.advance(SILENCE_MS);
    await port.close();
    expect([port.state, timing.pending, opened, pty.isOpened()]).toEqual(['closed', 0, 1, false]);
  });

  test('releases the device when its owner closes it on hearing that it is open', async () => {
    const pty = plugIn();
    closeOn = 'open';
    port.open();
    await reached('closed', 1);
    await port.close();
    expect([port.state, timing.pending, pty.isOpened()]).toEqual(['closed', 0, false]);
  });
});
