import type { Timing } from '../../hardware/timing.ts';
import { type Spread, spreadOf, spreadWords } from '../calibration/spread.ts';
import type { LiveFrame } from '../local/service-view.ts';
import type { LiveSource } from './live-source.ts';
import type { Person } from './person.ts';

/** So long readings are taken once the container rests. */
const TAKE_MS = 5_000;

/** A slow sensor gets longer, until it has said this much. */
const READINGS_MIN = 5;
const TAKE_MS_MAX = 60_000;

/** Readings by which a person sees how calm the sensor is. */
const SHOWN_READINGS = 15;

const LOOK_MS = 1_000;

export type Readings =
  | { readonly kind: 'taken'; readonly spread: Spread }
  /** `why` is a sentence with the remedy. */
  | { readonly kind: 'none'; readonly why: string };

export type TakeOptions = {
  readonly source: LiveSource;
  readonly slot: string;
  readonly sentinels: readonly number[];
  readonly person: Person;
  readonly timing: Timing;
};

/** Shows the slot's raw values while the person gets the container ready, then takes some. */
export async function takeReadings(options: TakeOptions, question: string): Promise<Readings> {
  const { person, timing } = options;
  const ear = createEar(options);
  let isReady = false;
  const answer = person.ask(question).then((line) => {
    isReady = true;
    return line;
  });
  while (!isReady) {
    const why = await Promise.race([ear.listen(), answer.then(() => null)]);
    if (why !== null) return { kind: 'none', why };
    const shown = spreadOf(ear.raws.slice(-SHOWN_READINGS));
    person.show(shown === null ? 'no reading yet' : `  now ${spreadWords(shown)}`);
  }
  if ((await answer) === null) return { kind: 'none', why: 'Nobody answers any more.' };
  ear.raws.length = 0;
  const startedMs = timing.nowMs();
  for (;;) {
    const why = await ear.listen();
    if (why !== null) return { kind: 'none', why };
    const elapsedMs = timing.nowMs() - startedMs;
    const spread = spreadOf(ear.raws);
    if (spread !== null)
      person.show(
        `  taking readings, ${Math.ceil(Math.max(0, TAKE_MS - elapsedMs) / 1000)} s: ${spreadWords(spread)}`,
      );
    if (elapsedMs < TAKE_MS) continue;
    if (spread !== null && spread.readings >= READINGS_MIN) return { kind: 'taken', spread };
    if (elapsedMs >= TAKE_MS_MAX) return { kind: 'none', why: ear.whySilent() };
  }
}

type Ear = {
  /** Raw values so far, oldest first. */
  readonly raws: number[];
  /** Waits for the next look; why there will be none any more, or null. */
  listen(): Promise<string | null>;
  whySilent(): string;
};

function createEar({ source, slot, sentinels }: TakeOptions): Ear {
  const raws: number[] = [];
  let counted: number | null = null;
  let last: LiveFrame | null = null;
  return {
    raws,
    listen: async () => {
      const frame = await source.next(LOOK_MS);
      if (typeof frame === 'string') return `${frame} Type the command again.`;
      last = frame;
      const seen = Object.hasOwn(frame.slots, slot) ? frame.slots[slot] : undefined;
      if (seen === undefined)
        return `The service does not know the slot ${slot} yet: let it read its configuration (systemctl reload replenish-agent).`;
      const readings = frame.device.sensors[slot]?.readings ?? 0;
      if (seen.raw !== null && readings !== counted && counted !== null && !sentinels.includes(seen.raw))
        raws.push(seen.raw);
      counted = readings;
      return null;
    },
    whySilent: () => {
      const errors = Object.entries(last?.device.hardware ?? {}).flatMap(([name, { error }]) =>
        error === null ? [] : [`${name}: ${error}`],
      );
      return `Only ${raws.length} usable readings came in ${TAKE_MS_MAX / 1000} s; ${READINGS_MIN} are needed. ${errors.join(' ')}`.trim();
    },
  };
}
