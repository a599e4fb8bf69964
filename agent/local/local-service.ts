import { resolve } from 'node:path';
import type { PerformLocalCommand } from '../command/command.ts';
import type { DeviceView } from '../report/device-payload.ts';
import type { SlotView } from '../report/payload.ts';
import type { StateStore } from '../store/state-store.ts';
import { type LiveFrame, liveFrame, runningStatus, type StatusDocument } from './service-view.ts';

/** What the service offers to programs on this machine. */
export type LocalService = {
  readonly perform: PerformLocalCommand;
  status(): StatusDocument;
  live(): LiveFrame;
};

export type LocalServiceParts = {
  readonly stateDir: string;
  readonly store: StateStore;
  readonly perform: PerformLocalCommand;
  readonly device: () => DeviceView;
  readonly slots: () => ReadonlyMap<string, SlotView>;
};

export function createLocalService(parts: LocalServiceParts): LocalService {
  const { stateDir, store, perform, device, slots } = parts;
  return {
    perform,
    live: () => liveFrame(device(), slots()),
    status: () => {
      const { outbox } = store;
      const state = {
        records: store.found(),
        isHistoryLost: store.isHistoryLost(),
        outbox: { depth: outbox.depth(), dropped: outbox.dropped() },
      };
      return runningStatus(resolve(stateDir), state, device(), slots());
    },
  };
}
