import type { SlotSettings } from '../../agent/settings.ts';
import type { Chance } from './chance.ts';
import { DAY_MS, HOUR_MS, MINUTE_MS, SECOND_MS } from './scene.ts';

/** How a container is emptied. */
export type Consumption = 'steady' | 'weekly' | 'bursts' | 'leak' | 'idle weeks';

export type SlotProfile = {
  readonly settings: SlotSettings;
  readonly consumption: Consumption;
  readonly percentPerDay: number;
  /** Standard deviation of an honest reading, percent points. */
  readonly noisePercent: number;
  /** Readings far from any decision come this far apart. */
  readonly calmSampleMs: number;
  /** Readings where something is about to be decided come this far apart. */
  readonly keenSampleMs: number;
};

export type DeviceProfile = {
  readonly slots: readonly SlotProfile[];
  readonly tokenLifeMs: number;
  readonly tokenSource: 'mqtt' | 'lwa';
  /** Whether an ORDER_INPROGRESS bears the id of the open order or a new one: not documented. */
  readonly inProgressHasNewId: boolean;
  readonly outboxMax: number;
  /** Whether DRS is told more than orders (`duties.enabled`): on some, because half of the work of a run would be that. */
  readonly hasDuties: boolean;
};

/** Empty reads 100 and full 900 on every simulated sensor. */
export const RAW_EMPTY = 100;
export const RAW_FULL = 900;
export const SENTINELS: readonly number[] = [-1, 1023];

export function drawDevice(chance: Chance): DeviceProfile {
  const slots = chance.happens(0.3) ? ['black', 'cyan'] : ['black'];
  return {
    slots: slots.map((name, index) => drawSlot(chance, name, index)),
    tokenLifeMs: chance.pick([HOUR_MS, HOUR_MS, 6 * HOUR_MS, DAY_MS]),
    inProgressHasNewId: chance.happens(0.5),
    outboxMax: chance.happens(0.15) ? 8 : 10_000,
    tokenSource: chance.happens(0.35) ? 'lwa' : 'mqtt',
    hasDuties: chance.happens(0.25),
  };
}

function drawSlot(chance: Chance, name: string, index: number): SlotProfile {
  const calmSampleMs = chance.whole(15, 30) * MINUTE_MS;
  return {
    settings: {
      name,
      level: {
        points: [
          [RAW_EMPTY, 0],
          [RAW_FULL, 100],
        ],
        valid: { min: 0, max: 1023 },
        sentinels: SENTINELS,
        medianOf: chance.pick([1, 3, 5, 7]),
        judgesNoise: true,
        maxNoisePercent: 15,
        maxRatePercentPerS: 40,
        stuckAfterMs: null,
        staleAfterMs: chance.whole(4, 8) * calmSampleMs,
      },
      limits: {
        slotId: `4c8746c0-${index}`,
        reorderAtPercent: chance.whole(12, 30),
        rearmAtPercent: chance.whole(50, 75),
        confirm: { samples: chance.whole(3, 6), forMs: chance.whole(30, 300) * SECOND_MS },
        maxOrders: chance.pick([
          null,
          null,
          { count: 1, perMs: 4 * DAY_MS },
          { count: 2, perMs: 10 * DAY_MS },
          { count: 3, perMs: 18 * DAY_MS },
        ]),
        inDoubtWindowMs: chance.pick([1, 3, 6, 6]) * HOUR_MS,
        retry: { firstMs: chance.whole(2, 30) * SECOND_MS, maxMs: chance.whole(5, 15) * MINUTE_MS },
        leadTimeMs: chance.pick([null, null, 2 * DAY_MS, 5 * DAY_MS]),
        reportsOnly: false,
        dryRun: false,
      },
      report: { deadbandPercent: chance.pick([1, 2, 5]) },
    },
    consumption: chance.pick(['steady', 'weekly', 'bursts', 'leak', 'idle weeks']),
    percentPerDay: chance.magnitude(8, 40),
    noisePercent: chance.pick([0.1, 0.5, 1]),
    calmSampleMs,
    keenSampleMs: chance.whole(60, 180) * SECOND_MS,
  };
}

/** How far an honest reading may be from the truth, percent points. */
export function marginPercent({ noisePercent }: SlotProfile): number {
  return 3 * noisePercent + 1;
}
