/** Run as a process of its own by a test that kills it: commits without end and says each commit that returned. */
import { writeSync } from 'node:fs';
import { NEW_RECORD } from '../../agent/policy/decide.ts';
import { openStateStore } from '../../agent/store/state-store.ts';

const [, , folder = '', round = ''] = process.argv;
const { store } = openStateStore(folder, Date.now());
for (let attempt = 0; attempt < 100_000; attempt++) {
  const lastOrder = {
    orderId: 'o',
    attempt,
    outcome: 'placed',
    detailCode: null,
    eventInstanceId: null,
    atMs: 0,
  } as const;
  store.commit(`slot-${round}`, { ...NEW_RECORD, lastOrder }, [String(attempt)]);
  writeSync(1, `${attempt}\n`);
}
