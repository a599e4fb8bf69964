import { randomUUID } from 'node:crypto';
import { assignRecords } from './policy/assign-records.ts';
import { lostRecord } from './policy/decide.ts';
import type { SlotRecord } from './policy/slot-state.ts';
import type { SlotSettings } from './settings.ts';
import type { StateStore } from './store/state-store.ts';
import type { Clock } from './system/clock.ts';
import { sentenceOf } from './system/coded-error.ts';
import type { Log } from './system/log.ts';

type TakeUpDeps = {
  readonly clock: Pick<Clock, 'instant'>;
  readonly log: Pick<Log, 'info' | 'error'>;
  readonly store: Pick<StateStore, 'found' | 'isHistoryLost' | 'reassign' | 'commitAll'>;
};

export type TakenUp = {
  /** By slot; none for a slot without a history. */
  readonly records: ReadonlyMap<string, SlotRecord>;
  /** For what the slots make durable from now on. */
  readonly store: Pick<StateStore, 'commitAll'>;
};

/**
 * Gives each slot the history that is its own. What moved to another name, and what is lost, is made durable before
 * anything is decided on it; where the disk refuses that, before anything else is written: the name that a slot writes
 * under may be the one that another slot's history still lies under.
 */
export function takeUpRecords(slots: readonly SlotSettings[], { clock, log, store }: TakeUpDeps): TakenUp {
  const found = store.found();
  const assigned = assignRecords(
    slots.map(({ name, limits }) => ({ name, slotId: limits.slotId })),
    found,
  );
  const records = new Map<string, SlotRecord>();
  const changed = new Map<string, SlotRecord>();
  const moved: string[] = [];
  for (const settings of slots) {
    const { record, storedAs } = assigned.get(settings.name) ?? { record: null, storedAs: null };
    const isLost = record === 'lost' || (record === null && store.isHistoryLost());
    const taken = isLost ? beginHeld(settings, clock) : record;
    if (taken === null) continue;
    records.set(settings.name, taken);
    if (isLost || storedAs !== settings.name) changed.set(settings.name, taken);
    if (storedAs !== null && storedAs !== settings.name) {
      moved.push(storedAs);
      log.info(
        { slot: settings.name, was: storedAs },
        'The slot has another name now; its orders go with it.',
      );
    }
  }
  let isOnDisk = changed.size === 0;
  const putOnDisk = (): void => {
    if (isOnDisk) return;
    store.reassign(
      changed,
      moved.filter((name) => !changed.has(name)),
    );
    isOnDisk = true;
  };
  try {
    putOnDisk();
  } catch (error) {
    // What is known now counts for this run; the first commit, or the next start, tries again.
    log.error(
      { error: sentenceOf(error) },
      'The state could not be written: what was taken up is not on disk yet.',
    );
  }
  const commitAll: StateStore['commitAll'] = (commits) => {
    putOnDisk();
    store.commitAll(commits);
  };
  return { records, store: { commitAll } };
}

function beginHeld(settings: SlotSettings, clock: Pick<Clock, 'instant'>): SlotRecord {
  return lostRecord(settings.limits, {
    now: clock.instant(),
    tokenFingerprint: null,
    spareOrderId: randomUUID(),
    jitter: 0,
  });
}
