import type { Config } from '../../config/config.ts';
import type { HardwareHealth, HardwareListener, HardwareSource } from '../../hardware/hardware-source.ts';
import type { Reading } from '../../hardware/reading.ts';
import type { Timing } from '../../hardware/timing.ts';
import {
  type LevelSettings,
  type LevelState,
  NOTHING_READ,
  sensorWord,
  takeReading,
} from '../level/settle.ts';

/** What came from a slot's sensor within the time, and how its connection stands. */
export type LiveReading = {
  readonly level: LevelState;
  readonly health: HardwareHealth;
};

export type LiveReadings = {
  /** Waits for a reading of this slot that can be believed, at most `LISTEN_MS_MAX`. */
  read(slot: string): Promise<LiveReading>;
  /** Releases every device. */
  close(): Promise<void>;
};

export type LiveReadingsOptions = {
  readonly config: Config;
  /** How the raw values of each slot are judged. */
  readonly levels: ReadonlyMap<string, LevelSettings>;
  /** Builds the source of an entry under `hardware:`. */
  open(name: string, listener: HardwareListener): HardwareSource;
  readonly timing: Timing;
};

/** A board that was reset by being opened takes two seconds to say its first word, a slow sensor five. */
export const LISTEN_MS_MAX = 8_000;

/** Opens each connection when its first slot asks, once for all of them. For when no service has them open. */
export function openLiveReadings({ config, levels, open, timing }: LiveReadingsOptions): LiveReadings {
  const sources = new Map<string, HardwareSource>();
  const listeners = new Set<(reading: Reading) => void>();
  const sourceOf = (name: string): HardwareSource => {
    const known = sources.get(name);
    if (known !== undefined) return known;
    const onReading = (reading: Reading): void => {
      for (const listener of listeners) listener(reading);
    };
    const source = open(name, { onReading, onHealth: () => undefined });
    sources.set(name, source);
    source.open();
    return source;
  };
  return {
    read: (slot) =>
      new Promise((resolve) => {
        const sensor = config.slots[slot]?.sensor;
        const settings = levels.get(slot);
        if (sensor === undefined || settings === undefined)
          throw new RangeError(`There is no slot ${slot} to read.`);
        let level = NOTHING_READ;
        const finish = (): void => {
          listeners.delete(listen);
          cancel();
          resolve({ level, health: source.health() });
        };
        const listen = (reading: Reading): void => {
          if (reading.hardware !== sensor.from || reading.channel !== (sensor.channel ?? '')) return;
          level = takeReading(settings, level, reading.raw, reading.takenAtMs).state;
          if (sensorWord(level.level) === 'ok') finish();
        };
        const cancel = timing.after(LISTEN_MS_MAX, finish);
        listeners.add(listen);
        const source = sourceOf(sensor.from);
      }),
    close: async () => {
      await Promise.all([...sources.values()].map((source) => source.close()));
    },
  };
}
