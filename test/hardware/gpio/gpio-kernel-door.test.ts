import { execFileSync } from 'node:child_process';
import { closeSync, mkdtempSync, openSync, rmSync, writeSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, expect, onTestFinished, test, vi } from 'vitest';
import { GET_CHIP_INFO } from '../../../hardware/gpio/gpio-abi.ts';
import { openChip } from '../../../hardware/gpio/gpio-chip.ts';
import { loadGpioKernel } from '../../../hardware/gpio/gpio-kernel-door.ts';

describe('the kernel of this machine', () => {
  test('answers an ioctl that a device does not know with ENOTTY, on a descriptor that is none with EBADF', async () => {
    const kernel = await loadGpioKernel();
    const opened = kernel.open('/dev/null');
    const descriptor = opened.ok ? opened.value : -1;
    const ask = (each: number) => kernel.ioctl(each, GET_CHIP_INFO, Buffer.alloc(68));
    expect(await ask(descriptor)).toEqual({ ok: false, errno: 'ENOTTY' });
    kernel.close(descriptor);
    expect(await ask(1_000_000)).toEqual({ ok: false, errno: 'EBADF' });
  });

  test('keeps apart what several calls at once come to', async () => {
    const kernel = await loadGpioKernel();
    const opened = kernel.open('/dev/null');
    const descriptor = opened.ok ? opened.value : -1;
    const descriptors = Array.from({ length: 40 }, (_, index) => (index % 2 === 0 ? descriptor : 1_000_000));
    const answers = await Promise.all(
      descriptors.map((each) => kernel.ioctl(each, GET_CHIP_INFO, Buffer.alloc(68))),
    );
    expect(answers.map((answer) => (answer.ok ? 'ok' : answer.errno))).toEqual(
      descriptors.map((each) => (each === descriptor ? 'ENOTTY' : 'EBADF')),
    );
    kernel.close(descriptor);
  });

  test('tells when a descriptor has something to read, and not again once it is drained or no longer watched', async () => {
    const folder = mkdtempSync(join(tmpdir(), 'gpio-door-'));
    onTestFinished(() => rmSync(folder, { recursive: true, force: true }));
    const path = join(folder, 'pipe');
    execFileSync('mkfifo', [path]);
    const kernel = await loadGpioKernel();
    const reader = openSync(path, 'r+');
    onTestFinished(() => closeSync(reader));
    let told = 0;
    const unwatch = kernel.watch(reader, () => {
      told += 1;
      kernel.drain(reader);
    });
    writeSync(reader, 'edge');
    await vi.waitFor(() => expect(told).toBe(1), { timeout: 10_000 });
    writeSync(reader, 'edge');
    await vi.waitFor(() => expect(told).toBe(2), { timeout: 10_000 });
    unwatch();
    writeSync(reader, 'edge');
    for (let turn = 0; turn < 10; turn += 1) await new Promise((resolve) => setImmediate(resolve));
    expect(told).toBe(2);
  });
});

describe('opening a chip of this machine', () => {
  test.each([
    [
      '/dev/null',
      '/dev/null is not a GPIO chip, or does not answer (ENOTTY): correct chip in the configuration.',
    ],
    ['/dev', '/dev cannot be opened (EISDIR): check chip in the configuration.'],
  ])('says of %s that it is none', async (path, error) => {
    expect(await openChip(await loadGpioKernel(), path, 'pi')).toEqual({ ok: false, error });
  });

  test('says of a file that is not there what there is', async () => {
    const opened = await openChip(await loadGpioKernel(), '/dev/gpiochip987', 'pi');
    expect(opened.ok ? '' : opened.error).toMatch(/^There is no GPIO chip \/dev\/gpiochip987[,:] /);
  });
});
