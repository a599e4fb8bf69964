import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, onTestFinished, test } from 'vitest';
import { snooze } from '../../agent/commands/snooze.ts';
import { NEW_RECORD } from '../../agent/policy/decide.ts';
import type { SlotRecord } from '../../agent/policy/slot-state.ts';
import { openStateStore, type StateStore } from '../../agent/store/state-store.ts';
import { GOOD_CONFIG } from '../config/good-config.ts';

const now = { bootId: 'b', monotonicMs: 1, wallMs: Date.UTC(2026, 11, 1), wallTrusted: true };

function onOrder(slotId: string): SlotRecord {
  const stage = { kind: 'on-order', since: now } as const;
  const counts = { attempts: 1, failures: 0, doubtSince: null, rejectedToken: null, tokenRefreshed: false };
  const depletion = { orderId: `o-${slotId}`, slotId, openedAt: now, ...counts, eventInstanceId: 'e', stage };
  return { ...NEW_RECORD, slotId, depletion };
}

function using<Value>(stateDir: string, work: (store: StateStore) => Value): Value {
  const { store } = openStateStore(stateDir, now.wallMs);
  try {
    return work(store);
  } finally {
    store.close();
  }
}

test('beside a stopped service a new slot does not take the history of a renamed one that had its name', async () => {
  const folder = mkdtempSync(join(tmpdir(), 'by-hand-'));
  onTestFinished(() => rmSync(folder, { recursive: true, force: true }));
  const config = join(folder, 'agent.yaml');
  const stateDir = join(folder, 'state');
  using(stateDir, (store) => {
    store.commit('black', onOrder('id-black'), []);
    store.commit('blue', onOrder('id-blue'), []);
  });
  // black is called blue now, blue is called red, and another slot is black.
  const renamed = GOOD_CONFIG.replace('  blue:', '  red:')
    .replace('  black:', '  blue:')
    .concat('  black:\n    slotId: id-new\n    sensor: { from: board, channel: "3" }\n')
    .concat('    calibration: { empty: 120, full: 880 }\n');
  writeFileSync(config, renamed);
  expect(await snooze({ config, stateDir, slot: 'black', forMs: 60_000 }, {})).toBe(0);
  const found = using(stateDir, (store) => store.found());
  expect(found.get('black')).toMatchObject({ slotId: 'id-new', depletion: null, snooze: { forMs: 60_000 } });
  expect(found.get('blue')).toEqual(onOrder('id-black'));
  expect(found.get('red')).toEqual(onOrder('id-blue'));
});
