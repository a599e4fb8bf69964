import { randomUUID } from 'node:crypto';
import { loadConfig } from '../../config/load.ts';
import { printProblems } from '../../config/print-problems.ts';
import type { Command } from '../command/command.ts';
import type { Whereabouts } from '../command-line/request.ts';
import { type Assignment, assignRecords } from '../policy/assign-records.ts';
import { decide, lostRecord, NEW_RECORD } from '../policy/decide.ts';
import type { ByHand, Reply, SlotEvent, SlotState } from '../policy/decision.ts';
import type { SlotRecord } from '../policy/slot-state.ts';
import { NOTHING_SEEN } from '../policy/watch.ts';
import { orderPayload } from '../report/payload.ts';
import { type SlotSettings, slotSettingsOf } from '../settings.ts';
import { openStateStore, type StateStore } from '../store/state-store.ts';
import { BELIEVABLE_FROM_MS, type Clock, createClock } from '../system/clock.ts';
import { CodedError } from '../system/coded-error.ts';
import { askService } from './ask-service.ts';
import { findService, stateDirOf } from './surroundings.ts';

/** What a person decides about a slot: how the running service is told, and how the policy hears it without one. */
export type Decided = {
  readonly slot: string;
  readonly command: Command;
  readonly event: ByHand;
};

/** Through the running service; beside a stopped one by the same decision on the state. Returns the exit code. */
export async function decideByHand(
  where: Whereabouts,
  { slot, command, event }: Decided,
  env: NodeJS.ProcessEnv,
): Promise<number> {
  const clock = createClock(BELIEVABLE_FROM_MS);
  const found = await findService(where, env, clock);
  if (found.kind === 'refused') return tell({ ok: false, message: found.why });
  if (found.kind === 'connected') return tell(await askService(found.connection, command));

  const loaded = loadConfig(where.config, { credentialsDirectory: env['CREDENTIALS_DIRECTORY'] });
  if (!loaded.ok) {
    process.stderr.write(`${printProblems(loaded.problems, where.config, loaded.text).join('\n')}\n`);
    return 78;
  }
  const slots = slotSettingsOf(loaded.config);
  const settings = slots.find(({ name }) => name === slot);
  if (settings === undefined) {
    const names = slots.map(({ name }) => name).join(', ');
    return tell({ ok: false, message: `There is no slot "${slot}" in ${where.config}. It has: ${names}.` });
  }
  try {
    const { store } = openStateStore(stateDirOf(where, env), clock.wallMs());
    try {
      return tell(decideOnState(settings, slots, store, clock, event));
    } finally {
      store.close();
    }
  } catch (error) {
    if (!(error instanceof CodedError)) throw error;
    return tell({ ok: false, message: error.message });
  }
}

function tell({ ok, message }: Reply): number {
  (ok ? process.stdout : process.stderr).write(`${message}\n`);
  return ok ? 0 : 1;
}

/** As the service does it when it starts, and then hears the person; durable before anybody is told. */
function decideOnState(
  settings: SlotSettings,
  slots: readonly SlotSettings[],
  store: StateStore,
  clock: Clock,
  event: ByHand,
): Reply {
  const { name, limits } = settings;
  const now = clock.instant();
  // Without a token, and without a level, nothing is ever sent: that is for the service to do.
  const context = { now, tokenFingerprint: null, spareOrderId: randomUUID(), jitter: 0 };
  const assigned = assignRecords(
    slots.map((each) => ({ name: each.name, slotId: each.limits.slotId })),
    store.found(),
  );
  const found = assigned.get(name)?.record ?? (store.isHistoryLost() ? 'lost' : NEW_RECORD);
  const record = found === 'lost' ? lostRecord(limits, context) : found;

  let state: SlotState = { record, watch: NOTHING_SEEN, usage: record.usage, subscribed: null };
  const reports: string[] = [];
  const hear = (heard: SlotEvent): Reply | null => {
    const decision = decide(state, heard, limits, context);
    state = decision.state;
    for (const step of decision.steps) if (step.kind === 'report') reports.push(orderPayload(step.event));
    return decision.reply;
  };
  hear({ kind: 'started' });
  const reply = hear(event);
  if (reply === null) throw new Error('The policy gave no answer to a person.');
  if (!reply.ok) return reply;

  moveRenamed(assigned, store);
  store.commit(name, { ...state.record, slotId: limits.slotId }, reports);
  return reply;
}

/** The history of a slot that was renamed may lie under the name that is about to be written. */
function moveRenamed(assigned: ReadonlyMap<string, Assignment>, store: StateStore): void {
  const moved = new Map<string, SlotRecord>();
  const left: string[] = [];
  for (const [slot, { record, storedAs }] of assigned) {
    if (record === null || record === 'lost' || storedAs === null || storedAs === slot) continue;
    moved.set(slot, record);
    left.push(storedAs);
  }
  if (moved.size === 0) return;
  store.reassign(
    moved,
    left.filter((slot) => !moved.has(slot)),
  );
}
