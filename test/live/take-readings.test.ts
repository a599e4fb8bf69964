import { expect, test } from 'vitest';
import type { LiveSource } from '../../agent/live/live-source.ts';
import { measurePoints } from '../../agent/live/measure-points.ts';
import type { Person } from '../../agent/live/person.ts';
import { DEVICE, frame, slotSeen } from '../local/pictures.ts';
import { VirtualTiming } from '../support/virtual-timing.ts';

type Scene = {
  /** What the sensor says, from one container to the next; the last one stays. */
  readonly raws: readonly ((reading: number) => number | null)[];
  readonly answers?: readonly (string | null)[];
  /** Whether the sensor says anything. */
  readonly isSilent?: boolean;
};

/** A person who answers after a look or two, and a sensor that is read twice a second. */
async function measure({ raws, answers = [], isSilent = false }: Scene, percents: readonly number[]) {
  const timing = new VirtualTiming();
  const told: string[] = [];
  const waiting = [...answers];
  let container = -1;
  let reading = 0;
  const source: LiveSource = {
    kind: 'alone',
    next: async () => {
      await new Promise((resolve) => setImmediate(resolve));
      timing.advance(500);
      if (!isSilent) reading++;
      const raw = (raws[Math.min(Math.max(0, container), raws.length - 1)] ?? (() => null))(reading);
      const hardware = { scale: { state: 'failed', error: 'Plug the scale in.', lastReadingAt: null } };
      const device = { ...DEVICE, hardware, sensors: { black: { readings: reading } } };
      return frame({ black: slotSeen({ raw }) }, device);
    },
    close: () => Promise.resolve(),
  };
  const person: Person = {
    isThere: true,
    tell: (line) => told.push(line),
    show: () => undefined,
    ask: async (question) => {
      told.push(question);
      if (question.includes('press Enter')) container++;
      for (let look = 0; look < 3; look++) await new Promise((resolve) => setImmediate(resolve));
      const next = waiting.shift();
      return next === undefined ? '' : next;
    },
  };
  const options = { source, slot: 'black', sentinels: [-1], person, timing };
  return { measured: await measurePoints(options, percents), told };
}

test('only readings from after the person is ready count, sentinels never do', async () => {
  const { measured, told } = await measure(
    { raws: [(reading) => (reading % 3 === 0 ? -1 : 120), () => 880] },
    [0, 100],
  );
  expect(measured).toMatchObject({
    kind: 'measured',
    points: [
      { percent: 0, raw: 120, spread: { min: 120, max: 120 } },
      { percent: 100, raw: 880, spread: { min: 880, max: 880 } },
    ],
  });
  expect(told[0]).toMatch(/^Empty the container of black/);
  expect(told.at(-1)).toMatch(/^ {2}100 %: raw 880/);
});

test('a level between the ends is asked for until it lies between its neighbours', async () => {
  const { measured, told } = await measure(
    { raws: [() => 100, () => 300, () => 900], answers: ['', '0', 'half', '40 %', '', ''] },
    [0, 50, 100],
  );
  expect(measured).toMatchObject({ points: [{ percent: 0 }, { percent: 40, raw: 300 }, { percent: 100 }] });
  expect(told.filter((line) => line.startsWith('A number above 0'))).toHaveLength(2);
});

test('a sensor that says nothing ends it, with what is wrong with the connection', async () => {
  const { measured } = await measure({ raws: [() => 5], isSilent: true }, [0, 100]);
  expect(measured).toEqual({
    kind: 'given-up',
    why: expect.stringMatching(/^Only 0 usable readings .+ scale: Plug the scale in\.$/),
  });
});

test('nobody who answers ends it', async () => {
  const { measured } = await measure({ raws: [() => 5], answers: [null] }, [0, 100]);
  expect(measured).toMatchObject({ kind: 'given-up', why: expect.stringMatching(/^Nobody answers/) });
});
