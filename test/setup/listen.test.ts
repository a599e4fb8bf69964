import { expect, test } from 'vitest';
import { type Heard, listen, USUAL_SPEEDS } from '../../agent/setup/listen.ts';
import type { PortListener } from '../../hardware/serial/serial-binding.ts';
import type { OpenPort } from '../../hardware/serial/serial-port.ts';
import { Atmega328 } from '../board/atmega328.ts';
import { ChipPort } from '../board/chip-port.ts';
import { standardFirmata } from '../board/firmware.ts';
import { VirtualTiming } from '../support/virtual-timing.ts';

const WINDOW_MS = 3_000;
const FIRMWARE = Buffer.from([0xf9, 2, 5, 0xf0, 0x79, 2, 5, 0x53, 0, 0xf7]);

/** A port whose device does at each speed what the test says. */
class Port {
  readonly timing = new VirtualTiming();
  readonly opened: number[] = [];
  readonly written: number[] = [];
  closed = 0;
  readonly #onOpen: (speed: number, listener: PortListener) => void;
  readonly #onWrite: (speed: number, listener: PortListener) => void;

  constructor(
    onOpen: (speed: number, listener: PortListener) => void,
    onWrite: (speed: number, listener: PortListener) => void = () => {},
  ) {
    this.#onOpen = onOpen;
    this.#onWrite = onWrite;
  }

  readonly open: OpenPort = async ({ baudRate }) => {
    this.opened.push(baudRate);
    let heard: PortListener | null = null;
    return {
      ok: true,
      port: {
        start: (listener) => {
          heard = listener;
          this.#onOpen(baudRate, listener);
        },
        write: () => {
          this.written.push(baudRate);
          if (heard !== null) this.#onWrite(baudRate, heard);
          return true;
        },
        close: async () => {
          this.closed += 1;
        },
      },
    };
  };

  /** Lets time pass until the listening is over. */
  async hear(speeds = USUAL_SPEEDS): Promise<Heard> {
    let heard: Heard | null = null;
    const done = listen('/dev/x', speeds, WINDOW_MS, { openPort: this.open, timing: this.timing }).then(
      (result) => {
        heard = result;
      },
    );
    while (heard === null) {
      await new Promise<void>((resolve) => setImmediate(resolve));
      this.timing.advance(500);
    }
    await done;
    expect(this.closed).toBe(this.opened.length);
    expect(this.timing.pending).toBe(0);
    return heard;
  }
}

test('what is known for sure at the first speed is not listened to at others', async () => {
  const port = new Port((_, { onBytes }) => onBytes(Buffer.from('R1234\r'.repeat(5))));
  expect(await port.hear()).toMatchObject({
    baudRate: 9600,
    recognised: { driver: 'ultrasonic' },
    error: null,
  });
  expect(port.opened).toEqual([9600]);
  expect(port.written).toEqual([]);
});

test('a device that speaks at one speed only is found there', async () => {
  const port = new Port((speed, { onBytes }) => {
    onBytes(speed === 115_200 ? Buffer.from('raw=1\nraw=2\nraw=3\n') : Buffer.alloc(50, 0x80));
  });
  expect(await port.hear()).toMatchObject({ baudRate: 115_200, recognised: { driver: 'lines' } });
  expect(port.opened).toEqual([9600, 57_600, 115_200]);
  // It said something by itself, at every speed: it was asked nothing.
  expect(port.written).toEqual([]);
});

test('slow lines are waited for twice as long', async () => {
  const port = new Port((_, { onBytes }) => {
    for (const atMs of [1_000, 2_500, 4_000, 5_500])
      port.timing.after(atMs, () => onBytes(Buffer.from('raw=7\n')));
  });
  const { recognised } = await port.hear();
  expect(recognised).toMatchObject({ driver: 'lines', evidence: 3 });
});

test('a silent device is asked for its firmware, though not at the speed of sensors', async () => {
  const port = new Port(
    () => {},
    (speed, { onBytes }) => {
      // It is still starting when it is asked first.
      if (speed === 57_600 && port.written.length === 2) onBytes(FIRMWARE);
    },
  );
  expect(await port.hear()).toMatchObject({
    baudRate: 57_600,
    recognised: { driver: 'firmata', firmware: 'S' },
  });
  expect(port.written).toEqual([57_600, 57_600]);
});

test('a device that said something at one speed is asked nothing at another', async () => {
  const port = new Port((speed, { onBytes }) => {
    if (speed === 9600) onBytes(Buffer.from([0x01, 0x83, 0x02]));
  });
  expect(await port.hear()).toMatchObject({ recognised: null, bytes: 3 });
  expect(port.written).toEqual([]);
});

test('a device that never says anything is told as silent', async () => {
  expect(await new Port(() => {}).hear()).toEqual({
    recognised: null,
    baudRate: null,
    bytes: 0,
    error: null,
  });
});

test('a device that is pulled out ends the listening at that speed', async () => {
  const port = new Port((_, { onBytes, onLost }) => {
    onBytes(Buffer.from([1, 2, 3]));
    onLost('gone');
  });
  expect(await port.hear([9600])).toMatchObject({ recognised: null, bytes: 3 });
});

test('a port that cannot be opened is told with the reason', async () => {
  const openPort: OpenPort = async () => ({ ok: false, error: 'It is locked.' });
  const heard = await listen('/dev/x', USUAL_SPEEDS, WINDOW_MS, { openPort, timing: new VirtualTiming() });
  expect(heard).toMatchObject({ recognised: null, error: 'It is locked.' });
});

test('an Arduino that runs the real StandardFirmata is known by its answer', async () => {
  const timing = new VirtualTiming();
  const chip = new Atmega328(standardFirmata());
  chip.run(2_100);
  const port = new ChipPort(chip, timing);
  let heard: Heard | null = null;
  const done = listen('/dev/uno', USUAL_SPEEDS, WINDOW_MS, { openPort: port.openPort, timing }).then(
    (result) => {
      heard = result;
    },
  );
  while (heard === null) await port.pass(100);
  await done;
  expect(heard).toMatchObject({
    baudRate: 57_600,
    recognised: { driver: 'firmata', firmware: 'StandardFirmata.ino' },
  });
});
