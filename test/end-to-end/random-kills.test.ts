import { setTimeout as sleep } from 'node:timers/promises';
import { expect, test } from 'vitest';
import { type Rig, startRig } from '../support/rig.ts';

const ROUNDS = 5;
const SLOTS = ['black', 'cyan', 'magenta'] as const;
const KILLS_MAX = 2;
/** Covers the start of the process, confirmation, request, answer and report. */
const KILL_WITHIN_MS = 900;

/** The same numbers for the same seed, 0 up to 1 (mulberry32). */
function seeded(seed: number): () => number {
  let state = seed;
  return () => {
    state = (state + 0x6d2b79f5) | 0;
    let mixed = Math.imul(state ^ (state >>> 15), 1 | state);
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed;
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32;
  };
}

/** Kills the agent at instants of chance, and starts it again each time. */
async function killAtRandom(rig: Rig, random: () => number, instants: number[]): Promise<void> {
  const kills = 1 + Math.floor(random() * KILLS_MAX);
  for (let kill = 0; kill < kills; kill += 1) {
    const afterMs = Math.round(random() * KILL_WITHIN_MS);
    instants.push(afterMs);
    await sleep(afterMs);
    await rig.killAgent();
    rig.startAgent();
  }
}

/** Slow and lossy, as the way to a far service is. */
function disturb(rig: Rig, random: () => number): void {
  for (const slotId of SLOTS) {
    const chance = random();
    if (chance < 0.3) rig.sandbox.fault({ kind: 'drop', when: 'after-order', slotId });
    else if (chance < 0.5) rig.sandbox.fault({ kind: 'reset', when: 'before-order', slotId });
    else rig.sandbox.fault({ kind: 'delay', delayMs: Math.round(random() * 300), slotId });
  }
}

test('power cuts at any instant: each depletion that lasts is bought once', async () => {
  const seed = Number(process.env['KILL_SEED'] ?? Math.floor(Math.random() * 2 ** 31));
  const random = seeded(seed);
  const instants: number[] = [];
  const rig = await startRig({
    slots: Object.fromEntries(SLOTS.map((slot) => [slot, {}])),
    config: { replenish: { retry: { first: '50ms', max: '200ms' }, timeouts: { headers: '1s' } } },
  });
  const history = (): string => `KILL_SEED=${seed}, killed after ${instants.join(', ')} ms`;
  const expectBought = (each: number): void => {
    const bought = SLOTS.map((slot) => rig.sandbox.purchases(slot));
    expect(bought, history()).toEqual(SLOTS.map(() => each));
  };
  for (let round = 1; round <= ROUNDS; round += 1) {
    for (const slot of SLOTS) await rig.stock(slot);
    disturb(rig, random);
    for (const slot of SLOTS) rig.show(slot, 12);
    await killAtRandom(rig, random, instants);
    await rig.untilReported(rig.topics.messages.length);
    for (const slot of SLOTS) await rig.untilPhase(slot, 'on-order');
    expectBought(round);
    // The pack lies at the door and not yet in the slot: DRS would sell again, only the agent's memory prevents it.
    rig.sandbox.clearFaults();
    for (const slot of SLOTS) expect(rig.sandbox.deliver(slot)).toEqual({ done: true });
    await killAtRandom(rig, random, instants);
    await rig.untilReported(rig.topics.messages.length);
    for (const slot of SLOTS) await rig.linger(slot, 11, 10);
    expectBought(round);
  }
  console.log(history());
}, 120_000);
