import { describe, expect, test } from 'vitest';
import type { LineGroup } from '../../../hardware/gpio/gpio-lines.ts';
import { type GpioSettings, GpioSource } from '../../../hardware/gpio/gpio-source.ts';
import type { HardwareHealth } from '../../../hardware/hardware-source.ts';
import { VirtualTiming } from '../../support/virtual-timing.ts';
import { FakeKernel } from './fake-kernel.ts';

const PATH = '/dev/gpiochip0';
const INTERVAL_MS = 1_000;

function group(change: Partial<LineGroup> & Pick<LineGroup, 'lines'>): LineGroup {
  return { isActiveLow: true, bias: 'pull-up', debounceMs: 20, ...change };
}

/** Opened, and everything done that can be done without time passing. */
function start(kernel: FakeKernel, channels: GpioSettings['channels'], chip = 'gpiochip0') {
  const timing = new VirtualTiming();
  const readings: [string, number, number][] = [];
  const states: HardwareHealth[] = [];
  const listener = {
    onReading: ({ channel, raw, takenAtMs }: { channel: string; raw: number; takenAtMs: number }) =>
      readings.push([channel, raw, takenAtMs]),
    onHealth: (health: HardwareHealth) => states.push(health),
  };
  const source = new GpioSource(
    'floats',
    { chip, channels, intervalMs: INTERVAL_MS },
    listener,
    timing,
    kernel,
  );
  source.open();
  return {
    source,
    timing,
    states,
    readings,
    values: () => readings.map(([channel, raw]) => `${channel}=${raw}`),
    /** Lets time pass in small steps, and what was promised meanwhile happen. */
    pass: async (ms: number) => {
      for (let passed = 0; passed < ms; passed += 10) {
        await settle();
        timing.advance(10);
      }
      await settle();
    },
  };
}

/** Promises of the fake kernel are kept at once: a turn of the event loop runs all of them. */
async function settle(): Promise<void> {
  await new Promise((resolve) => setImmediate(resolve));
}

describe('a gpio source', () => {
  test('reads a switch at once, tells each change, and repeats the value as long as nothing changes', async () => {
    const kernel = new FakeKernel();
    const chip = kernel.add(PATH);
    const { readings, pass, timing, values } = start(kernel, { tank: group({ lines: [17] }) });
    await pass(10);
    expect(values()).toEqual(['tank=0']);
    kernel.drive(chip, 17, false);
    await pass(30);
    expect(values()).toEqual(['tank=0', 'tank=1']);
    expect(kernel.undrained.size).toBe(0);
    await pass(3_000);
    expect(values()).toEqual(['tank=0', 'tank=1', 'tank=1', 'tank=1', 'tank=1']);
    const at = readings.at(-1)?.[2] ?? 0;
    expect(timing.nowMs() - at).toBeLessThanOrEqual(INTERVAL_MS);
  });

  test('asks the kernel for edges, debouncing, bias and polarity', async () => {
    const kernel = new FakeKernel();
    kernel.add(PATH);
    const { pass } = start(kernel, {
      tank: group({ lines: [17, 'GPIO22'], debounceMs: 50 }),
      door: group({ lines: [4], isActiveLow: false, bias: null, debounceMs: 0 }),
    });
    await pass(10);
    expect(kernel.requests).toEqual([
      { offsets: [17, 22], flags: 0x136n, debounceUs: 50_000 },
      { offsets: [4], flags: 0x34n, debounceUs: null },
    ]);
  });

  test('waits for edges, and does not look in between', async () => {
    const kernel = new FakeKernel();
    kernel.add(PATH);
    const { pass } = start(kernel, { tank: group({ lines: [17] }) });
    await pass(5_000);
    expect(kernel.reads).toBeLessThanOrEqual(7);
  });

  test('takes no more than one look in 20 ms, however fast a line flickers', async () => {
    const kernel = new FakeKernel();
    const chip = kernel.add(PATH);
    const { pass } = start(kernel, { tank: group({ lines: [17], debounceMs: 0 }) });
    for (let flips = 0; flips < 100; flips += 1) {
      for (let edge = 0; edge < 10; edge += 1) kernel.drive(chip, 17, edge % 2 === 0);
      await pass(10);
    }
    expect(kernel.reads).toBeLessThanOrEqual(52);
    expect(kernel.reads).toBeGreaterThan(30);
  });

  test('looks 50 times a second where there are no interrupts, and debounces by itself', async () => {
    const kernel = new FakeKernel();
    const chip = kernel.add(PATH, { hasEdges: false });
    const { pass, values, timing } = start(kernel, { tank: group({ lines: [17], debounceMs: 100 }) });
    expect(timing.pending).toBe(0);
    await pass(200);
    expect(kernel.requests.map(({ flags }) => flags)).toEqual([0x136n, 0x106n]);
    expect(values()).toEqual(['tank=0']);
    kernel.drive(chip, 17, false);
    await pass(60);
    kernel.drive(chip, 17, true);
    await pass(300);
    expect(values()).toEqual(['tank=0']);
    kernel.drive(chip, 17, false);
    await pass(150);
    expect(values()).toEqual(['tank=0', 'tank=1']);
  });

  test('counts the switches of a ladder from the bottom', async () => {
    const kernel = new FakeKernel();
    const chip = kernel.add(PATH);
    const { pass, values } = start(kernel, { tank: group({ lines: [17, 27, 22] }) });
    await pass(10);
    for (const offset of [17, 27, 22]) {
      kernel.drive(chip, offset, false);
      await pass(50);
    }
    expect(values()).toEqual(['tank=0', 'tank=1', 'tank=2', 'tank=3']);
  });

  test('believes no ladder whose upper switch is wet above a dry one, and says so when it lasts', async () => {
    const kernel = new FakeKernel();
    const chip = kernel.add(PATH);
    const { pass, values, source, states } = start(kernel, {
      tank: group({ lines: [17, 27, 'GPIO22'] }),
      other: group({ lines: [4] }),
    });
    await pass(10);
    kernel.drive(chip, 22, false);
    await pass(500);
    expect(source.health()).toMatchObject({ state: 'open', error: null, badFrames: 1 });
    await pass(3_000);
    expect(source.health()).toMatchObject({
      state: 'open',
      error:
        'Channel tank: the switches contradict one another: line GPIO22 is on while line 17 below it is off. Check the wiring, the order of lines (the lowest switch first) and activeLow.',
    });
    expect(values().filter((value) => value.startsWith('tank'))).toEqual(['tank=0']);
    expect(values().filter((value) => value === 'other=0').length).toBeGreaterThan(3);
    kernel.drive(chip, 22, true);
    await pass(100);
    expect(values().at(-1)).toBe('tank=0');
    expect(states.at(-1)).toMatchObject({ state: 'open', error: null });
    expect(states).toHaveLength(3);
  });

  test('comes back when the chip does, however often, and leaves no descriptor behind', async () => {
    const kernel = new FakeKernel();
    kernel.add(PATH);
    const { pass, source, values } = start(kernel, { tank: group({ lines: [17] }) });
    for (let round = 1; round <= 3; round += 1) {
      await pass(100);
      expect(source.health()).toMatchObject({ state: 'open', error: null, reopens: round - 1 });
      kernel.remove(PATH);
      await pass(600);
      expect(source.health().state).toBe('failed');
      expect(kernel.openDescriptors).toBe(0);
      kernel.add(PATH);
      await pass(5_000);
    }
    expect(source.health()).toMatchObject({ state: 'open', reopens: 3 });
    expect(values().at(-1)).toBe('tank=0');
    await source.close();
    expect(source.health().state).toBe('closed');
    expect(kernel.openDescriptors).toBe(0);
  });

  test('notices a lost chip by its next look when no edge tells of it', async () => {
    const kernel = new FakeKernel();
    kernel.add(PATH, { hasEdges: false });
    const { pass, source } = start(kernel, { tank: group({ lines: [17] }) });
    await pass(100);
    kernel.remove(PATH);
    await pass(50);
    expect(source.health()).toMatchObject({
      state: 'failed',
      error:
        '/dev/gpiochip0 was unplugged or stopped working (ENODEV): it is being reopened; check the adapter and its bus if this stays.',
    });
  });

  test('frees its lines when it is closed, at whatever moment', async () => {
    for (const ms of [0, 10, 20, 1_000]) {
      const kernel = new FakeKernel();
      const chip = kernel.add(PATH);
      const { pass, source, timing } = start(kernel, { tank: group({ lines: [17, 27] }) });
      if (ms > 0) await pass(ms);
      await source.close();
      expect(kernel.openDescriptors).toBe(0);
      expect(chip.lines[17]?.consumer).toBeNull();
      expect(timing.pending).toBe(0);
      await source.close();
    }
  });
});

describe('the error of a gpio source', () => {
  async function sentence(
    kernel: FakeKernel,
    lines: LineGroup['lines'],
    chip = 'gpiochip0',
  ): Promise<string> {
    const { pass, source } = start(kernel, { tank: group({ lines }) }, chip);
    await pass(50);
    const { state, error } = source.health();
    expect(state).toBe('failed');
    expect(kernel.openDescriptors).toBe(0);
    await source.close();
    return error ?? '';
  }

  test('says that there is no chip, or which there are', async () => {
    const kernel = new FakeKernel();
    expect(await sentence(kernel, [17])).toBe(
      'There is no GPIO chip gpiochip0, nor any other (/dev/gpiochip*): is this the board with the GPIO header, or is the adapter plugged in?',
    );
    kernel.add('/dev/gpiochip4', { label: 'pinctrl-rp1' }, 54);
    kernel.add('/dev/gpiochip9', { refusal: 'EACCES' });
    expect(await sentence(kernel, [17])).toBe(
      'There is no GPIO chip gpiochip0: correct chip in the configuration. These exist: /dev/gpiochip4 (pinctrl-rp1, 54 lines), /dev/gpiochip9 (not readable: EACCES).',
    );
  });

  test('names the group when the device may not be opened', async () => {
    const kernel = new FakeKernel();
    kernel.add(PATH, { refusal: 'EACCES' });
    expect(await sentence(kernel, [17])).toMatch(/may not open \/dev\/gpiochip0: .*usermod -aG gpio /);
    expect(await sentence(kernel, [17], 'pinctrl-bcm2711')).toMatch(/usermod -aG gpio /);
  });

  test('asks for a newer kernel', async () => {
    const kernel = new FakeKernel();
    kernel.add(PATH, { isOld: true });
    expect(await sentence(kernel, [17])).toMatch(/Linux 5\.10 or newer is needed/);
  });

  test('names who holds a line', async () => {
    const kernel = new FakeKernel();
    const chip = kernel.add(PATH);
    const line = chip.lines[27];
    if (line !== undefined) line.consumer = 'onewire@0';
    expect(await sentence(kernel, [17, 'GPIO27'])).toMatch(
      /^Line GPIO27 of \/dev\/gpiochip0 is in use by "onewire@0": /,
    );
  });

  test('says how many lines there are', async () => {
    const kernel = new FakeKernel();
    kernel.add(PATH);
    expect(await sentence(kernel, [28])).toMatch(/has no line 28: it has 28, from 0 to 27\./);
  });

  test('offers the nearest names of lines', async () => {
    const kernel = new FakeKernel();
    const chip = kernel.add(PATH);
    expect(await sentence(kernel, ['gpio-17'])).toMatch(/no line named gpio-17: did you mean GPIO17\?/);
    expect(await sentence(kernel, ['PIN_4'])).toMatch(/did you mean GPIO4\?/);
    expect(await sentence(kernel, ['float'])).toMatch(/it has for example GPIO0, GPIO1, .*GPIO7\?/);
    for (const line of chip.lines) line.name = 'same';
    expect(await sentence(kernel, ['same'])).toMatch(/several lines named same: .* one of 0, 1, /);
    for (const line of chip.lines) line.name = '';
    expect(await sentence(kernel, ['same'])).toMatch(/have no names: give line same by its number/);
  });

  test('refuses a label that two chips bear, and finds the chip by a label that one bears', async () => {
    const kernel = new FakeKernel();
    kernel.add(PATH);
    const { pass, source } = start(kernel, { tank: group({ lines: [17] }) }, 'pinctrl-bcm2711');
    await pass(50);
    expect(source.health().state).toBe('open');
    await source.close();
    kernel.add('/dev/gpiochip1');
    expect(await sentence(kernel, [17], 'pinctrl-bcm2711')).toMatch(
      /Several GPIO chips .*\/dev\/gpiochip0, \/dev\/gpiochip1/,
    );
  });
});
