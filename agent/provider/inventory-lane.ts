import { type DutyBook, type LevelTold, withLevelTold, withUseTold } from '../duty/duty-book.ts';
import { type DutySettings, type PlannedLevel, planLevels } from '../duty/schedule.ts';
import { type MeterChange, readMeter } from '../duty/use-meter.ts';
import { capabilities, type InventorySlot, levelReport, useReport } from '../replenish/inventory-message.ts';
import type { Inventory } from '../report/inventory.ts';
import type { SlotView } from '../report/payload.ts';
import { Alarm } from '../system/alarm.ts';
import type { Clock } from '../system/clock.ts';
import { sentenceOf } from '../system/coded-error.ts';
import type { Instant } from '../system/instant.ts';
import type { ProviderDeps } from './provider.ts';

/** A slot whose inventory is told. */
export type ToldSlot = InventorySlot & {
  /** Local name. */
  readonly key: string;
  /** A use has to last this long to count. */
  readonly settleMs: number;
  /** A believed level is no older than this, milliseconds. */
  readonly uncertaintyMs: number;
  readonly view: () => Pick<SlotView, 'level' | 'isConfirmed'>;
};

export type InventoryDeps = Pick<
  ProviderDeps,
  'log' | 'store' | 'newMessageId' | 'onInventory' | 'onReports'
> & { readonly clock: Clock };

/** A level on its way to the broker, or there. */
type Offer = { readonly payload: string; readonly told: LevelTold; readonly isAccepted: boolean };

/** A clock that says it can't be right, or a disk that refuses, is tried again after this. */
const AGAIN_MS = 60_000;

/** What changed within this time is looked at together. */
const LOOK_MS = 1_000;

/**
 * Tells the inventory of a device: each level when it moved and once a day, where the latest counts and the broker keeps
 * it; each use once, through the outbox, because uses add up. A level is done when the broker has it, a use when it is
 * durable.
 */
export class InventoryLane {
  readonly #settings: DutySettings;
  readonly #slots: ReadonlyMap<string, ToldSlot>;
  readonly #deps: InventoryDeps;
  readonly #alarm: Alarm;
  readonly #capabilities: string;
  /** By id in the book, as all that follows. */
  readonly #ids: ReadonlySet<string>;
  readonly #offers = new Map<string, Offer>();
  readonly #changes = new Map<string, MeterChange | null>();
  #startedAtMs: number | null = null;
  #isStopped = false;
  #isDiskRefusing = false;

  constructor(settings: DutySettings, slots: readonly ToldSlot[], deps: InventoryDeps) {
    this.#settings = settings;
    // DRS has its own ids in the same book: what it was told, Alexa was not.
    this.#slots = new Map(slots.map((slot) => [`inventory ${slot.key}`, slot]));
    this.#ids = new Set(this.#slots.keys());
    this.#deps = deps;
    this.#alarm = new Alarm(deps.clock, () => this.#look());
    this.#capabilities = capabilities(settings.deviceId, slots);
  }

  start(): void {
    this.#startedAtMs = this.#deps.clock.nowMs();
    this.changed();
  }

  /** A level may have changed: it is looked at a moment later. */
  changed(): void {
    if (this.#startedAtMs !== null && !this.#isStopped)
      this.#alarm.ringBy(this.#deps.clock.nowMs() + LOOK_MS);
  }

  stop(): void {
    this.#isStopped = true;
    this.#alarm.stop();
  }

  inventory(): Inventory {
    const slots = [...this.#slots.values()].map(({ key }) => key);
    const levels = [...this.#offers].map(
      ([id, { payload }]) => [this.#slots.get(id)?.key ?? id, payload] as const,
    );
    return { slots, capabilities: this.#capabilities, levels: new Map(levels) };
  }

  /** The broker has it: only now was it told. */
  accepted(payload: string): void {
    for (const [id, offer] of this.#offers) {
      if (offer.payload !== payload || offer.isAccepted) continue;
      this.#offers.set(id, { ...offer, isAccepted: true });
      const { duties } = this.#deps.store;
      this.#tryDisk(() => duties.save(withLevelTold(duties.load(), id, offer.told, this.#ids)));
    }
  }

  #look(): void {
    if (this.#startedAtMs === null || this.#isStopped) return;
    const now = this.#now();
    // Every message bears a date.
    if (!now.wallTrusted) {
      this.#alarm.ringBy(now.monotonicMs + AGAIN_MS);
      return;
    }
    for (const [id, slot] of this.#slots) if (slot.isUseTold) this.#meter(id, slot, now);
    const levels = new Map([...this.#slots].map(([id, { view }]) => [id, view().level]));
    const facts = { now, startedAtMs: this.#startedAtMs, book: this.#bookWithOffers(), levels };
    const planned = planLevels(facts, this.#settings);
    const due = planned.filter(({ dueAtMs }) => dueAtMs <= now.monotonicMs);
    for (const level of due) this.#offer(level, now);
    for (const { dueAtMs } of planned) this.#alarm.ringBy(Math.max(dueAtMs, now.monotonicMs + LOOK_MS));
    if (due.length > 0) this.#deps.onInventory();
  }

  /** What is on its way is not told twice. */
  #bookWithOffers(): DutyBook {
    const book = this.#deps.store.duties.load();
    const offered = [...this.#offers].map(([id, { told }]) => [id, told] as const);
    return { ...book, slots: { ...book.slots, ...Object.fromEntries(offered) } };
  }

  #offer({ duty, againInMs, hasMoved }: PlannedLevel, now: Instant): void {
    const slot = this.#slots.get(duty.slotId);
    if (slot === undefined) return;
    const { levelPercent } = duty;
    const level = { percent: levelPercent, uncertaintyMs: slot.uncertaintyMs, hasMoved };
    const facts = { messageId: this.#deps.newMessageId(), sampledAtMs: now.wallMs };
    const payload = levelReport(this.#settings.deviceId, slot, level, facts);
    this.#offers.set(duty.slotId, {
      payload,
      told: { at: now, againInMs, levelPercent },
      isAccepted: false,
    });
  }

  #meter(id: string, slot: ToldSlot, now: Instant): void {
    const { store, newMessageId, onReports } = this.#deps;
    const { level, isConfirmed } = slot.view();
    const book = store.duties.load();
    const accountedPercent = Object.hasOwn(book.used, id) ? (book.used[id] ?? null) : null;
    const reading = readMeter(
      accountedPercent,
      this.#changes.get(id) ?? null,
      isConfirmed ? level : null,
      now.monotonicMs,
      {
        stepPercent: this.#settings.levelStepPercent,
        unitPercent: slot.measure.type === 'Count' ? 100 / slot.capacity : 0,
        settleMs: slot.settleMs,
      },
    );
    this.#alarm.ringBy(reading.lookAtMs);
    if (reading.accountedPercent === null || reading.accountedPercent === accountedPercent) {
      this.#changes.set(id, reading.change);
      return;
    }
    const facts = { messageId: newMessageId(), sampledAtMs: now.wallMs };
    const report =
      reading.usedPercent === 0 ? null : useReport(this.#settings.deviceId, slot, reading.usedPercent, facts);
    const next = withUseTold(book, id, reading.accountedPercent, this.#ids);
    if (!this.#tryDisk(() => store.commitUse(slot.key, report, next))) return;
    this.#changes.set(id, null);
    if (report !== null) onReports();
  }

  /** Says once that the disk refuses, and looks again a while later. */
  #tryDisk(write: () => void): boolean {
    const { clock, log } = this.#deps;
    try {
      write();
      this.#isDiskRefusing = false;
      return true;
    } catch (error) {
      if (!this.#isDiskRefusing)
        log.error({ error: sentenceOf(error) }, 'What Alexa is told could not be written.');
      this.#isDiskRefusing = true;
      this.#alarm.ringBy(clock.nowMs() + AGAIN_MS);
      return false;
    }
  }

  #now(): Instant {
    const { clock } = this.#deps;
    return { ...clock.instant(), wallTrusted: clock.wallTrusted() };
  }
}
