import type { EventEmitter } from 'node:events';
import { createRequire } from 'node:module';
import { describe, expect, test, vi } from 'vitest';
import { openChip } from '../../../hardware/gpio/gpio-chip.ts';
import { GpioIo } from '../../../hardware/gpio/gpio-io.ts';
import { requestLines } from '../../../hardware/gpio/gpio-lines.ts';
import { VirtualTiming } from '../../support/virtual-timing.ts';
import { FakeKernel } from './fake-kernel.ts';

/** What is used here of Johnny-Five, whole and as it comes from npm. */
type JohnnyFive = {
  readonly Board: new (options: object) => EventEmitter & { readonly isReady: boolean };
  readonly Switch: new (options: object) => EventEmitter & { readonly isClosed: boolean };
  readonly Sensor: {
    readonly Digital: new (options: object) => EventEmitter & { readonly value: number | null };
  };
};

const PATH = '/dev/gpiochip0';

async function openIo(kernel: FakeKernel, ...offsets: readonly number[]) {
  const chip = await openChip(kernel, PATH, 'pi');
  if (!chip.ok) throw new Error(chip.error);
  const settings = { lines: offsets, isActiveLow: true, bias: 'pull-up', debounceMs: 20 } as const;
  const lines = await requestLines(kernel, chip.value, settings);
  if (!lines.ok) throw new Error(lines.error);
  const timing = new VirtualTiming();
  const io = new GpioIo([{ lines: lines.value, debounceMs: 20 }], 1_000, timing);
  const pass = async (ms: number) => {
    timing.advance(ms);
    await new Promise((resolve) => setImmediate(resolve));
  };
  return { io, pass };
}

describe('the lines as an IO plugin', () => {
  test("drive Johnny-Five's own Switch and Sensor.Digital on a Board", async () => {
    const five: JohnnyFive = createRequire(import.meta.url)('johnny-five');
    const kernel = new FakeKernel();
    const chip = kernel.add(PATH);
    const { io, pass } = await openIo(kernel, 17, 27);
    const board = new five.Board({ io, repl: false, debug: false, sigint: false });
    const isReady = new Promise((resolve) => board.once('ready', resolve));
    io.start();
    await isReady;
    const heard: string[] = [];
    // The kernel has turned the polarity round already: `invert: false`.
    const float = new five.Switch({ board, pin: 17, invert: false });
    float.on('close', () => heard.push('close'));
    float.on('open', () => heard.push('open'));
    const sensor = new five.Sensor.Digital({ board, pin: 27 });
    await pass(10);
    await vi.waitFor(() => expect(heard).toEqual(['open']), { timeout: 10_000 });
    expect(sensor.value).toBe(0);
    kernel.drive(chip, 17, false);
    kernel.drive(chip, 27, false);
    await pass(50);
    await vi.waitFor(() => expect(heard).toEqual(['open', 'close']), { timeout: 10_000 });
    expect(float.isClosed).toBe(true);
    expect(sensor.value).toBe(1);
    await io.stop();
    board.removeAllListeners();
  });

  test('tell a component nothing any more when the chip is gone, and the owner that it is', async () => {
    const kernel = new FakeKernel();
    kernel.add(PATH);
    const { io, pass } = await openIo(kernel, 17);
    const values: number[] = [];
    const lost: string[] = [];
    io.on('lost', (errno) => lost.push(errno));
    io.digitalRead(17, (value) => values.push(value));
    io.start();
    await pass(10);
    kernel.remove(PATH);
    await pass(5_000);
    await pass(5_000);
    expect(values).toEqual([0]);
    expect(lost).toEqual(['ENODEV']);
    await io.stop();
  });

  test('refuse what is no input of the configuration, and outputs altogether', async () => {
    const kernel = new FakeKernel();
    kernel.add(PATH);
    const { io } = await openIo(kernel, 17);
    expect(() => io.pinMode(17, io.MODES.INPUT)).not.toThrow();
    expect(() => io.pinMode(17, io.MODES.OUTPUT)).toThrow(/line 17 is no input/);
    expect(() => io.digitalRead(4, () => {})).toThrow(/line 4 is no input/);
    expect(() => io.digitalRead(99, () => {})).toThrow(/line 99 is no input/);
    await io.stop();
    expect(kernel.openDescriptors).toBe(1);
  });
});
