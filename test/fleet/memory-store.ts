import type { OutboxEntry } from '../../agent/store/outbox.ts';
import type { StateStore } from '../../agent/store/state-store.ts';

/** The part of a state that pipelines and reports use, without a disk: ten thousand databases would measure the disk. */
export function memoryStore(onDelivered: () => void): Pick<StateStore, 'commitAll' | 'outbox'> {
  let entries: OutboxEntry[] = [];
  let sequence = 0;
  const add: StateStore['outbox']['add'] = (kind, slot, payload) => {
    sequence += 1;
    entries.push({ sequence, kind, slot, payload });
  };
  return {
    commitAll: (commits) => {
      for (const { slot, reports } of commits) for (const report of reports) add('order', slot, report);
    },
    outbox: {
      peek: () => entries[0] ?? null,
      remove: (delivered) => {
        entries = entries.filter((entry) => entry.sequence !== delivered);
        onDelivered();
      },
      depth: () => entries.length,
      dropped: () => 0,
      add,
      committed: () => undefined,
    },
  };
}
