import { type DutyBook, EMPTY_BOOK } from '../../agent/duty/duty-book.ts';
import type { DutySettings } from '../../agent/duty/schedule.ts';
import { NO_USAGE } from '../../agent/forecast/usage.ts';
import { createDuties, type DutiesDeps, type DutySlot } from '../../agent/provider/duties.ts';
import { type AccessToken, parseAccessToken } from '../../agent/replenish/access-token.ts';
import type { CallAnswer, Subscriptions } from '../../agent/replenish/call-answer.ts';
import type { SlotStatus } from '../../agent/replenish/request.ts';
import type { SlotView } from '../../agent/report/payload.ts';
import { VirtualTiming } from '../support/virtual-timing.ts';

export const HOUR_MS = 3_600_000;
export const DAY_MS = 24 * HOUR_MS;

export const SETTINGS: DutySettings = {
  deviceId: 'printer',
  startDelayMs: 30_000,
  levelStepPercent: 5,
  levelPauseMs: 900_000,
};

export type Call = { readonly call: string; readonly atMs: number; readonly status?: SlotStatus };

/** One device whose duties run on a virtual clock against a DRS of values. */
export class DutyWorld {
  readonly timing = new VirtualTiming();
  readonly calls: Call[] = [];
  readonly log: string[] = [];
  readonly heard: (boolean | null)[] = [];
  readonly refreshed: string[] = [];
  unlisted: readonly string[] = [];
  book: DutyBook = EMPTY_BOOK;
  saves = 0;
  diskFails = false;
  wallTrusted = true;
  level: number | null = 80;
  reason: SlotView['reason'] = null;
  token: AccessToken | null = parseAccessToken('Atza|1');
  /** What each call comes to; default done. */
  answers: Partial<Record<string, CallAnswer<null>>> = {};
  subscriptions: Subscriptions = new Map([['slot-1', true]]);
  /** Leaves the next call without an answer until `release`. */
  isHanging = false;
  release: () => void = () => undefined;
  readonly #settings: DutySettings;
  #duties: ReturnType<typeof createDuties>;

  constructor(settings: Partial<DutySettings> = {}) {
    this.#settings = { ...SETTINGS, ...settings };
    this.#duties = this.#create();
  }

  /** A new process: what is not in the book is forgotten. */
  restart(): void {
    this.#duties.stop();
    this.#duties = this.#create();
    this.start();
  }

  start(): void {
    this.#duties.start();
  }

  stop(): void {
    this.#duties.stop();
  }

  changed(): void {
    this.#duties.changed();
  }

  subscriptionsChanged(): void {
    this.#duties.subscriptionsChanged();
  }

  /** Time goes by, and every answer on its way arrives. */
  async pass(ms: number): Promise<void> {
    const untilMs = this.timing.nowMs() + ms;
    for (;;) {
      await settled();
      const nextInMs = this.timing.nextInMs;
      const restMs = untilMs - this.timing.nowMs();
      if (nextInMs === null || nextInMs > restMs) {
        this.timing.advance(Math.max(0, restMs));
        await settled();
        return;
      }
      this.timing.advance(nextInMs);
    }
  }

  called(call: string): readonly Call[] {
    return this.calls.filter((one) => one.call === call);
  }

  #create(): ReturnType<typeof createDuties> {
    const { timing } = this;
    const wallMs = (): number => Date.UTC(2026, 11, 1) + timing.nowMs();
    const note = async <Answer>(call: string, answer: Answer, status?: SlotStatus): Promise<Answer> => {
      this.calls.push({ call, atMs: timing.nowMs(), ...(status === undefined ? {} : { status }) });
      if (this.isHanging) {
        this.isHanging = false;
        await new Promise<void>((resolve) => {
          this.release = resolve;
        });
      }
      return answer;
    };
    const done = (call: string): CallAnswer<null> => this.answers[call] ?? { kind: 'done', said: null };
    const slot: DutySlot = {
      name: 'black',
      capacity: 12,
      pipeline: {
        view: () => this.#view(wallMs()),
        usage: () => NO_USAGE,
        hear: (event) => {
          if (event.kind === 'subscription') this.heard.push(event.subscribed);
        },
      },
    };
    const say =
      (level: string) =>
      (_facts: object, sentence: string): void => {
        this.log.push(`${level} ${sentence}`);
      };
    const deps: DutiesDeps = {
      clock: {
        nowMs: () => timing.nowMs(),
        after: (delayMs, run) => timing.after(delayMs, run),
        wallMs,
        wallTrusted: () => this.wallTrusted,
        instant: () => ({
          bootId: 'b',
          monotonicMs: timing.nowMs(),
          wallMs: wallMs(),
          wallTrusted: false,
        }),
      },
      random: () => 0.5,
      tokens: {
        current: () => this.token,
        refresh: (fingerprint) => {
          this.refreshed.push(fingerprint);
        },
      },
      client: {
        slotStatus: (slotId, status) => note(`slotStatus ${slotId}`, done('slotStatus'), status),
        deviceStatus: () => note('deviceStatus', done('deviceStatus')),
        subscriptionInfo: () => {
          const trouble = this.answers['subscriptionInfo'];
          const said = { kind: 'done', said: this.subscriptions } as const;
          return note('subscriptionInfo', trouble === undefined || trouble.kind === 'done' ? said : trouble);
        },
      },
      store: {
        duties: {
          load: () => this.book,
          save: (book) => {
            this.book = book;
            if (this.diskFails) throw new Error('The disk is full.');
            this.saves += 1;
          },
          write: () => undefined,
          committed: () => undefined,
        },
      },
      log: { debug: say('debug'), info: say('info'), warn: say('warn'), error: say('error') },
      slots: new Map([['slot-1', slot]]),
      lastActiveAtMs: wallMs,
      onUnlisted: (names) => {
        this.unlisted = names;
      },
    };
    return createDuties(this.#settings, deps);
  }

  #view(atMs: number): SlotView {
    return {
      phase: this.reason === null ? 'stocked' : 'held',
      reason: this.reason,
      level: this.level,
      raw: null,
      sensor: 'ok',
      emptyAtMs: null,
      lastOrder: null,
      snoozedUntilMs: null,
      subscribed: this.heard.at(-1) ?? null,
      why: '',
      warning: null,
      isNoisy: false,
      isConfirmed: true,
      nextWakeAtMs: null,
      standsSince: null,
      atMs,
    };
  }
}

/** Every promise that can resolve by itself has. */
async function settled(): Promise<void> {
  for (let turns = 0; turns < 12; turns++) await Promise.resolve();
}
