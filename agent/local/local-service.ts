import { resolve } from 'node:path';
import type { Config } from '../../config/config.ts';
import type { CommandResult, PerformLocalCommand } from '../command/command.ts';
import type { Alert } from '../report/alerts.ts';
import type { DeviceView } from '../report/device-payload.ts';
import type { LinkState } from '../report/link.ts';
import type { SlotView } from '../report/payload.ts';
import type { StateStore } from '../store/state-store.ts';
import { extrasFrom } from './live-extras.ts';
import { type LiveFrame, liveFrame, runningStatus, type StatusDocument } from './service-view.ts';

/** What the service offers to programs on this machine. */
export type LocalService = {
  readonly perform: PerformLocalCommand;
  status(): StatusDocument;
  live(): LiveFrame;
};

/** What the running service offers beside that. */
export type RunningService = LocalService & {
  /** Reads the configuration again, as SIGHUP does; answered when it is in force, or refused. */
  reload(): Promise<CommandResult>;
};

export type LocalServiceParts = {
  readonly stateDir: string;
  readonly store: StateStore;
  readonly perform: PerformLocalCommand;
  readonly device: () => DeviceView;
  readonly alerts: () => readonly Alert[];
  readonly slots: () => ReadonlyMap<string, SlotView>;
  readonly broker: () => LinkState;
  readonly config: () => Config;
};

export function createLocalService(parts: LocalServiceParts): LocalService {
  const { stateDir, store, perform, device, alerts, slots, broker, config } = parts;
  return {
    perform,
    live: () => liveFrame(device(), broker(), slots(), extrasFrom(config())),
    status: () => {
      const { outbox } = store;
      const state = {
        records: store.found(),
        isHistoryLost: store.isHistoryLost(),
        outbox: { depth: outbox.depth(), dropped: outbox.dropped() },
      };
      return runningStatus(resolve(stateDir), state, device(), alerts(), slots());
    },
  };
}
