import { expect, test } from 'vitest';
import { type DutyBook, EMPTY_BOOK } from '../../agent/duty/duty-book.ts';
import { InventoryLane, type ToldSlot } from '../../agent/provider/inventory-lane.ts';
import { VirtualTiming } from '../support/virtual-timing.ts';

const HOUR_MS = 3_600_000;
const SETTINGS = { deviceId: 'printer', startDelayMs: 30_000, levelStepPercent: 5, levelPauseMs: 900_000 };

/** A device on a virtual clock, its disk and its broker values. */
class World {
  readonly timing = new VirtualTiming();
  level: number | null = 80;
  isConfirmed = true;
  wallTrusted = true;
  isConnected = true;
  diskFails = false;
  book: DutyBook = EMPTY_BOOK;
  /** Every payload that the broker was given anew. */
  readonly published: string[] = [];
  readonly consumed: string[] = [];
  readonly errors: string[] = [];
  #messages = 0;
  #lane: InventoryLane;

  constructor() {
    this.#lane = this.#create();
    this.#lane.start();
  }

  restart(): void {
    this.#lane.stop();
    this.#lane = this.#create();
    this.#lane.start();
  }

  show(level: number | null): this {
    this.level = level;
    this.#lane.changed();
    return this;
  }

  pass(ms: number): this {
    const untilMs = this.timing.nowMs() + ms;
    for (;;) {
      const nextInMs = this.timing.nextInMs;
      const restMs = untilMs - this.timing.nowMs();
      if (nextInMs === null || nextInMs > restMs) {
        this.timing.advance(Math.max(0, restMs));
        return this;
      }
      this.timing.advance(nextInMs);
    }
  }

  reconnect(): void {
    this.isConnected = true;
    this.#deliver();
  }

  /** Values and causes of what the broker was given. */
  told(): string[] {
    return this.published.map((payload) => {
      const { cause, properties } = JSON.parse(payload).event.payload.change;
      return `${properties[0].value.value} ${cause.type}`;
    });
  }

  used(): number[] {
    return this.consumed.map((payload) => JSON.parse(payload).event.payload.usage.value);
  }

  #deliver(): void {
    if (!this.isConnected) return;
    const payload = this.#lane.inventory().levels.get('black');
    if (payload === undefined || payload === this.published.at(-1)) return;
    this.published.push(payload);
    this.#lane.accepted(payload);
  }

  #create(): InventoryLane {
    const { timing } = this;
    const wallMs = (): number => Date.UTC(2026, 11, 1) + timing.nowMs();
    const slot: ToldSlot = {
      key: 'black',
      name: 'Black',
      replenishmentId: 'r',
      instance: 'Slot.black',
      measure: { type: 'Count' },
      capacity: 50,
      isUseTold: true,
      settleMs: 30_000,
      uncertaintyMs: 60_000,
      view: () => ({ level: this.level, isConfirmed: this.isConfirmed }),
    };
    const ignore = (): void => undefined;
    const write = (): void => {
      if (this.diskFails) throw new Error('The disk is full.');
    };
    return new InventoryLane(SETTINGS, [slot], {
      clock: {
        nowMs: () => timing.nowMs(),
        after: (delayMs, run) => timing.after(delayMs, run),
        wallMs,
        wallTrusted: () => this.wallTrusted,
        instant: () => ({ bootId: 'b', monotonicMs: timing.nowMs(), wallMs: wallMs(), wallTrusted: false }),
      },
      log: {
        debug: ignore,
        info: ignore,
        warn: ignore,
        error: (_facts: object, sentence: string) => {
          this.errors.push(sentence);
        },
      },
      newMessageId: () => `m${++this.#messages}`,
      onInventory: () => this.#deliver(),
      onReports: ignore,
      store: {
        duties: {
          load: () => this.book,
          save: (book) => {
            this.book = book;
            write();
          },
          write: ignore,
          committed: ignore,
        },
        commitUse: (_slot, report, book) => {
          write();
          this.book = book;
          if (report !== null) this.consumed.push(report);
        },
      },
    });
  }
}

test('a level is told soon after the start, when it moved, and every day, each under an id of its own', () => {
  const world = new World().pass(120_000);
  expect(world.told()).toEqual(['40 PERIODIC_POLL']);
  world.show(72).pass(60_000).show(70).pass(HOUR_MS);
  expect(world.told()).toEqual(['40 PERIODIC_POLL', '35 PHYSICAL_INTERACTION']);
  world.pass(24 * HOUR_MS);
  expect(world.told().slice(2)).toEqual(['35 PERIODIC_POLL']);
  const ids = world.published.map((payload) => JSON.parse(payload).event.header.messageId);
  expect(new Set(ids).size).toBe(ids.length);
});

test('a level that is not believed is not told, and nothing is while the clock is surely wrong', () => {
  const unknown = new World();
  unknown.show(null).pass(48 * HOUR_MS);
  expect(unknown.published).toEqual([]);
  const wrong = new World();
  wrong.wallTrusted = false;
  wrong
    .pass(2 * HOUR_MS)
    .show(50)
    .pass(2 * HOUR_MS);
  expect([wrong.published, wrong.consumed]).toEqual([[], []]);
  wrong.wallTrusted = true;
  wrong.pass(120_000);
  expect(wrong.told()).toEqual(['25 PERIODIC_POLL']);
});

test('what the broker has is not told again after a restart; what it does not have is', () => {
  const world = new World().pass(120_000);
  world.restart();
  world.pass(2 * HOUR_MS);
  expect(world.published).toHaveLength(1);
  world.isConnected = false;
  world.show(50).pass(HOUR_MS);
  world.restart();
  world.isConnected = true;
  world.pass(120_000);
  expect(world.told().at(-1)).toBe('25 PHYSICAL_INTERACTION');
});

test('of what moves while the broker is away the latest is told, and every use is kept', () => {
  const world = new World().pass(120_000);
  world.isConnected = false;
  for (const level of [70, 60, 50]) world.show(level).pass(HOUR_MS);
  world.reconnect();
  expect(world.told()).toEqual(['40 PERIODIC_POLL', '25 PHYSICAL_INTERACTION']);
  expect(world.used()).toEqual([5, 5, 5]);
});

test('a use is told once, over restarts, and not before it is believed', () => {
  const world = new World().pass(120_000);
  world.show(70).pass(10_000);
  expect(world.used()).toEqual([]);
  world.isConfirmed = false;
  world.show(60).pass(HOUR_MS);
  expect(world.used()).toEqual([]);
  world.isConfirmed = true;
  world.show(60).pass(60_000);
  world.restart();
  world.pass(HOUR_MS);
  expect(world.used()).toEqual([10]);
});

test('a use that the disk refuses is told when it takes it, once; the trouble is said once', () => {
  const world = new World().pass(120_000);
  world.diskFails = true;
  world.show(60).pass(HOUR_MS);
  expect([world.used(), world.errors]).toEqual([[], ['What Alexa is told could not be written.']]);
  world.diskFails = false;
  world.pass(HOUR_MS);
  expect(world.used()).toEqual([10]);
});
