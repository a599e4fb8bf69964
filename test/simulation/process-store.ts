import type { DutyBook } from '../../agent/duty/duty-book.ts';
import type { SlotRecord } from '../../agent/policy/slot-state.ts';
import type { StoredDuties } from '../../agent/store/duty-table.ts';
import type { SlotCommit } from '../../agent/store/state-store.ts';
import type { Content, Disk } from './disk.ts';
import type { Life } from './life.ts';
import type { Scene } from './scene.ts';

/** The state as one process sees it. */
export type ProcessStore = {
  load(slot: string): SlotRecord | 'lost' | null;
  /** @throws when the disk refuses; `isSynced` false is what a correct agent never asks for. */
  commitAll(commits: readonly SlotCommit[], isSynced?: boolean): void;
  forgetLoss(): void;
  remove(sequence: number): void;
  readonly duties: StoredDuties;
};

export type StoreWatcher = {
  onCommit(slot: string, record: SlotRecord, reports: readonly string[]): void;
  onRemove(sequence: number): void;
};

/** Carries a process's writes to the disk, through every place where it may die and every mood of the disk. */
export function openProcessStore(scene: Scene, disk: Disk, life: Life, watcher: StoreWatcher): ProcessStore {
  const refuseAtTimes = (): void => {
    if (!disk.isFull && !scene.strikes('disk refuses')) return;
    scene.trouble();
    throw new Error('The disk is full.');
  };
  let book = disk.content.duties;
  const keep = (next: DutyBook): void => {
    book = next;
  };
  return {
    duties: {
      load: () => book,
      save: (next) => {
        keep(next);
        if (life.isOver) return;
        refuseAtTimes();
        disk.write({ ...disk.content, duties: next });
      },
      write: keep,
      committed: keep,
    },
    load: (slot) => disk.load(slot),
    commitAll: (commits, isSynced = true) => {
      if (life.passes('death before commit')) return;
      refuseAtTimes();
      const next: Content = disk.withCommits(commits);
      // A power cut in the middle of a transaction leaves all of it or nothing.
      const isKept = scene.nowMs % 3 !== 0;
      const isDead = life.passes('death in commit');
      if (isDead && !isKept) return;
      disk.write(next, isSynced);
      for (const { slot, record, reports } of commits) watcher.onCommit(slot, record, reports);
      if (!isDead) life.passes('death after commit');
    },
    forgetLoss: () => {
      if (!life.isOver && disk.content.isHistoryLost) disk.write({ ...disk.content, isHistoryLost: false });
    },
    remove: (sequence) => {
      if (life.passes('death before remove')) return;
      refuseAtTimes();
      disk.write(disk.without(sequence));
      watcher.onRemove(sequence);
      life.passes('death after remove');
    },
  };
}
