import {
  closeSync,
  constants,
  existsSync,
  mkdtempSync,
  openSync,
  readlinkSync,
  readSync,
  rmSync,
  writeSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import type { Pty } from './pty.ts';
import { openPty } from './pty.ts';

let folder: string;
let link: string;
let pty: Pty;

beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'pty-'));
  link = join(folder, 'usb-board');
  pty = openPty({ link });
});

afterEach(() => {
  pty.unplug();
  rmSync(folder, { recursive: true });
});

function openDevice(): number {
  return openSync(pty.path, constants.O_RDWR | constants.O_NOCTTY | constants.O_NONBLOCK);
}

describe('openPty', () => {
  test('passes bytes unchanged both ways to a program that sets nothing itself', () => {
    const everyByte = Buffer.from(Array.from({ length: 256 }, (_, byte) => byte));
    const device = openDevice();
    expect(pty.write(everyByte)).toBe(256);
    const arrived = Buffer.alloc(300);
    expect(readSync(device, arrived)).toBe(256);
    expect(arrived.subarray(0, 256)).toEqual(everyByte);
    writeSync(device, everyByte);
    expect(pty.read()).toEqual(everyByte);
    expect(pty.read()).toHaveLength(0);
    closeSync(device);
  });

  test('loses what is sent while nobody listens', () => {
    expect([pty.isOpened(), pty.write('lost')]).toEqual([false, 0]);
    const device = openDevice();
    expect([pty.isOpened(), pty.write('heard')]).toEqual([true, 5]);
    const arrived = Buffer.alloc(100);
    expect(arrived.toString('latin1', 0, readSync(device, arrived))).toBe('heard');
    closeSync(device);
    expect(pty.isOpened()).toBe(false);
  });

  test('takes no more than fits and does not wait', () => {
    const device = openDevice();
    const block = Buffer.alloc(1_000_000, 'x');
    expect(pty.write(block)).toBeLessThan(block.length);
    expect(pty.write(block)).toBeLessThan(block.length);
    closeSync(device);
  });

  test('hangs the device up and takes the link away when it is unplugged, also twice', () => {
    const device = openDevice();
    pty.unplug();
    pty.unplug();
    expect(readSync(device, Buffer.alloc(1))).toBe(0);
    expect([existsSync(link), pty.write('x'), pty.isOpened()]).toEqual([false, 0, false]);
    closeSync(device);
  });

  test('comes back under the same link', () => {
    const device = openDevice();
    const before = readlinkSync(link);
    pty.unplug();
    pty = openPty({ link });
    // The device that is still held open keeps its name, so the kernel has to find another.
    expect(readlinkSync(link)).not.toBe(before);
    expect(readlinkSync(link)).toBe(pty.device);
    closeSync(device);
  });
});
