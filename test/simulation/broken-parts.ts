import type { LevelSettings } from '../../agent/level/settle.ts';
import type { SlotLimits } from '../../agent/policy/limits.ts';
import type { SlotRecord } from '../../agent/policy/slot-state.ts';
import type { Publisher } from '../../agent/report/link.ts';
import { TOPICS } from './inbox.ts';
import type { Sabotage } from './sabotage.ts';

/* Parts that do what no part may do: what the deliberate defects are made of. */

export function limits(change: (usual: SlotLimits) => SlotLimits): () => Sabotage {
  return () => ({ settings: (settings) => ({ ...settings, limits: change(settings.limits) }) });
}

export function level(change: (usual: LevelSettings) => LevelSettings): () => Sabotage {
  return () => ({ settings: (settings) => ({ ...settings, level: change(settings.level) }) });
}

export function journalAfterSend(): Sabotage {
  let late: (() => void) | null = null;
  return {
    store: (store) => ({
      ...store,
      commitAll: (commits) => {
        if (commits.some(({ record }) => record.depletion?.stage.kind === 'sending'))
          late = () => store.commitAll(commits);
        else store.commitAll(commits);
      },
    }),
    client: (client) => ({
      replenish: (slotId, token) => {
        const answer = client.replenish(slotId, token);
        late?.();
        late = null;
        return answer;
      },
    }),
  };
}

export function unsynced(applies: (record: SlotRecord) => boolean): () => Sabotage {
  return () => ({
    store: (store) => ({
      ...store,
      commitAll: (commits) => store.commitAll(commits, !commits.some(({ record }) => applies(record))),
    }),
  });
}

export function forgetRequest(record: SlotRecord): SlotRecord {
  const { depletion } = record;
  if (depletion?.stage.kind !== 'sending') return record;
  return {
    ...record,
    depletion: { ...depletion, stage: { kind: 'due', since: depletion.stage.since, waitMs: 0 } },
  };
}

export function uncounted(record: SlotRecord): SlotRecord {
  const { depletion } = record;
  return depletion === null ? record : { ...record, depletion: { ...depletion, attempts: 1 } };
}

export function withoutRetryAfter(): Sabotage {
  return {
    client: (client) => ({
      replenish: async (slotId, token) => {
        const outcome = await client.replenish(slotId, token);
        return outcome.kind === 'failed' ? { ...outcome, retryAfterMs: null } : outcome;
      },
    }),
  };
}

export function unreadableIsFailure(): Sabotage {
  return {
    client: (client) => ({
      replenish: async (slotId, token) => {
        const outcome = await client.replenish(slotId, token);
        const isUnreadable = outcome.kind === 'placed' && outcome.detailCode === null;
        return isUnreadable ? { ...outcome, kind: 'failed', retryAfterMs: null } : outcome;
      },
    }),
  };
}

export function reportBeforeCommit(): Sabotage {
  let publisher: Publisher | null = null;
  return {
    publisher: (usual) => {
      publisher = usual;
      return usual;
    },
    store: (store) => ({
      ...store,
      commitAll: (commits) => {
        for (const { slot, reports } of commits)
          for (const payload of reports)
            publisher?.publish(TOPICS.slotOrder(slot), payload, { retain: false }).catch(() => undefined);
        store.commitAll(commits);
      },
    }),
  };
}

export function withoutWaiting(publisher: Publisher): Publisher {
  return {
    connected: () => publisher.connected(),
    publish: (topic, payload, options) => {
      publisher.publish(topic, payload, options).catch(() => undefined);
      return Promise.resolve();
    },
  };
}

export function askForTokensInALoop(): Sabotage {
  return {
    clock: (clock, owner) =>
      owner === 'tokens'
        ? { ...clock, after: (delayMs, run) => clock.after(Math.min(delayMs, 5_000), run) }
        : clock,
  };
}

/** The boot id is not looked at, and the uptime is all the time there is. */
export function timeStandsStill(): Sabotage {
  return { clock: (clock) => ({ ...clock, instant: () => ({ ...clock.instant(), bootId: 'always' }) }) };
}
