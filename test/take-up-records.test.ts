import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, onTestFinished, test } from 'vitest';
import { NEW_RECORD } from '../agent/policy/decide.ts';
import type { SlotRecord } from '../agent/policy/slot-state.ts';
import { slotSettingsOf } from '../agent/settings.ts';
import { openStateStore } from '../agent/store/state-store.ts';
import { takeUpRecords } from '../agent/take-up-records.ts';
import { configOf, GOOD_CONFIG } from './config/good-config.ts';

const now = { bootId: 'b', monotonicMs: 1, wallMs: Date.UTC(2026, 11, 1), wallTrusted: true };

/** Told apart by when something was ordered. */
function history(slotId: string, monotonicMs: number): SlotRecord {
  return { ...NEW_RECORD, slotId, placed: [{ ...now, monotonicMs }] };
}

test('where the disk refuses to move histories, none is written over before they have moved', () => {
  const folder = mkdtempSync(join(tmpdir(), 'take-up-'));
  const { store } = openStateStore(folder, now.wallMs);
  onTestFinished(() => {
    store.close();
    rmSync(folder, { recursive: true });
  });
  store.commit('black', history('id-black', 1), []);
  store.commit('blue', history('id-blue', 2), []);
  let isRefusing = true;
  const errors: string[] = [];
  const taken = takeUpRecords(
    // The two names were swapped.
    slotSettingsOf(
      configOf(
        GOOD_CONFIG.replace('id-black', 'id').replace('id-blue', 'id-black').replace('id\n', 'id-blue\n'),
      ),
    ),
    {
      clock: { instant: () => now },
      log: { info: () => undefined, error: (_facts, sentence) => void errors.push(sentence) },
      store: {
        ...store,
        reassign: (records, gone) => {
          if (isRefusing) throw new Error('full');
          store.reassign(records, gone);
        },
      },
    },
  );
  expect(errors).toHaveLength(1);
  expect(taken.records.get('blue')).toEqual(history('id-black', 1));
  const before = store.found();
  expect(() =>
    taken.store.commitAll([{ slot: 'black', record: history('id-blue', 3), reports: [] }]),
  ).toThrow('full');
  expect(store.found()).toEqual(before);

  isRefusing = false;
  taken.store.commitAll([{ slot: 'black', record: history('id-blue', 3), reports: [] }]);
  taken.store.commitAll([{ slot: 'blue', record: history('id-black', 4), reports: [] }]);
  taken.store.commitAll([{ slot: 'black', record: history('id-blue', 5), reports: [] }]);
  expect(store.found().get('black')).toEqual(history('id-blue', 5));
  expect(store.found().get('blue')).toEqual(history('id-black', 4));
});
