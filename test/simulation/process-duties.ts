import type { DutySettings } from '../../agent/duty/schedule.ts';
import type { Pipeline } from '../../agent/pipeline-contract.ts';
import { createDuties, type Duties } from '../../agent/provider/duties.ts';
import type { TokenSource } from '../../agent/replenish/access-token.ts';
import { createDashClient } from '../../agent/replenish/dash-client.ts';
import type { HttpDoor } from '../../agent/replenish/http-door.ts';
import type { SlotSettings } from '../../agent/settings.ts';
import type { SystemClock } from '../../agent/system/clock.ts';
import type { Log } from '../../agent/system/log.ts';
import type { Chance } from './chance.ts';
import type { ProcessStore } from './process-store.ts';
import { MINUTE_MS, SECOND_MS } from './scene.ts';

export const DUTY_SETTINGS: DutySettings = {
  deviceId: 'simulated',
  startDelayMs: 30 * SECOND_MS,
  levelStepPercent: 5,
  levelPauseMs: 15 * MINUTE_MS,
};

export type ProcessDutiesDeps = {
  readonly clock: SystemClock;
  readonly jitter: Chance;
  readonly tokens: Pick<TokenSource, 'current' | 'refresh'>;
  readonly door: HttpDoor;
  readonly store: Pick<ProcessStore, 'duties'>;
  readonly slots: readonly SlotSettings[];
  readonly pipelines: ReadonlyMap<string, Pipeline>;
  readonly log: Log;
};

export type ProcessDuties = Omit<Duties, 'stop'> & { close(): Promise<void> };

/** The duties of one run of the agent, tied up as `agent/provider/drs-provider.ts` does. */
export function openProcessDuties(deps: ProcessDutiesDeps): ProcessDuties {
  const { clock, jitter, tokens, door, store, slots, pipelines, log } = deps;
  const client = createDashClient('https://drs.example', door, clock);
  const owed = slots.flatMap(({ name, limits }) => {
    const pipeline = pipelines.get(name);
    return pipeline === undefined ? [] : [[limits.slotId, { name, capacity: 100, pipeline }] as const];
  });
  const duties = createDuties(DUTY_SETTINGS, {
    clock,
    random: () => jitter.next(),
    tokens,
    client,
    store,
    log,
    slots: new Map(owed),
    lastActiveAtMs: () => clock.wallMs(),
    onUnlisted: () => undefined,
  });
  return {
    start: () => duties.start(),
    changed: () => duties.changed(),
    subscriptionsChanged: () => duties.subscriptionsChanged(),
    close: async () => {
      duties.stop();
      await client.close();
    },
  };
}
