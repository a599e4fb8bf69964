import { closeSync, openSync, writeFileSync, writeSync } from 'node:fs';
import { join } from 'node:path';
import { expect, onTestFinished, test } from 'vitest';
import { compileC } from '../support/compile-c.ts';
import { type Rig, startRig } from '../support/rig.ts';

const YEAR_S = 365 * 24 * 3600;

type WallClock = {
  /** For the process that shall have this clock. */
  readonly env: Readonly<Record<string, string>>;
  /** Lets the clock be so many seconds off, at this instant. */
  turn(offS: number): void;
};

function clockOf(rig: Rig, offS: number): WallClock {
  const path = join(rig.folder, 'clock');
  const bytes = (value: number): Buffer => {
    const buffer = Buffer.alloc(8);
    buffer.writeBigInt64LE(BigInt(Math.round(value)));
    return buffer;
  };
  writeFileSync(path, bytes(offS));
  const handle = openSync(path, 'r+');
  onTestFinished(() => closeSync(handle));
  return {
    env: { LD_PRELOAD: compileC('test/support/clock-shim.c', 'preload'), CLOCK_SHIM: path },
    turn: (value) => void writeSync(handle, bytes(value), 0, 8, 0),
  };
}

/** An agent whose wall clock is off, and that may buy once in 30 days. */
async function startOffBy(offS: number): Promise<{ rig: Rig; wall: WallClock }> {
  const rig = await startRig({
    isHeldBack: true,
    slots: { black: { settings: { maxOrders: { count: 1, per: '30d' } } } },
  });
  const wall = clockOf(rig, offS);
  rig.startAgent({ env: wall.env });
  await rig.untilReported();
  return { rig, wall };
}

const yearOf = (stamp: string | undefined): number => new Date(stamp ?? '').getUTCFullYear();

test('a board that starts in 1970 orders once, and says that its clock is not to be trusted', async () => {
  const { rig, wall } = await startOffBy(60 - Date.now() / 1000);
  expect(rig.told.device()).toMatchObject({ clockTrusted: false });
  expect(yearOf(rig.told.device()?.startedAt)).toBe(1970);
  rig.show('black', 12);
  await rig.untilPhase('black', 'on-order');
  wall.turn(0);
  await rig.showUntilSeen('black', 11);
  await rig.linger('black', 10);
  expect(rig.posts()).toHaveLength(1);
});

test.each([
  { name: 'forward', years: 10, isTrusted: true },
  { name: 'back', years: -10, isTrusted: false },
])(
  'a wall clock that jumps by tens of years $name causes no order and prevents none',
  async ({ years, isTrusted }) => {
    const { rig, wall } = await startOffBy(0);
    await rig.stock('black');
    wall.turn(years * YEAR_S);
    rig.show('black', 12);
    await rig.untilPhase('black', 'on-order');
    rig.sandbox.deliver('black');
    await rig.stock('black', 95);
    wall.turn(0);
    rig.show('black', 11);
    await rig.untilPhase('black', 'held budget');
    wall.turn(years * YEAR_S);
    await rig.showUntilSeen('black', 10);
    await rig.linger('black', 9);
    expect(rig.told.standing('black')).toBe('held budget');
    // Nor after a restart under the wrong time.
    await rig.killAgent();
    rig.startAgent({ env: wall.env });
    await rig.showUntilSeen('black', 8);
    await rig.linger('black', 7);
    await rig.until('the clock is told', () => rig.told.device()?.clockTrusted === isTrusted);
    expect(rig.told.standing('black')).toBe('held budget');
    expect(rig.posts()).toHaveLength(1);
  },
);
