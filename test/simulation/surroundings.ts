import type { SlotView } from '../../agent/report/payload.ts';
import type { SlotSettings } from '../../agent/settings.ts';
import type { Board } from './board.ts';
import type { Broker } from './broker.ts';
import type { Chance } from './chance.ts';
import type { Disk } from './disk.ts';
import type { DrsNetwork } from './drs-door.ts';
import type { DutyNetwork } from './duty-door.ts';
import type { InboxWatcher } from './inbox.ts';
import type { StoreWatcher } from './process-store.ts';
import type { LwaWorld } from './process-tokens.ts';
import type { Sabotage } from './sabotage.ts';
import type { Scene } from './scene.ts';

export type ProcessWatcher = StoreWatcher &
  InboxWatcher & {
    onView(slot: string, view: SlotView): void;
    /** Nothing new is decided any more. */
    onStopping(): void;
  };

/** Everything around one run of the agent. */
export type Surroundings = {
  readonly scene: Scene;
  readonly board: Board;
  readonly disk: Disk;
  readonly broker: Broker;
  readonly network: DrsNetwork;
  /** null for a device that does nothing but order. */
  readonly dutyNetwork: DutyNetwork | null;
  readonly slots: readonly SlotSettings[];
  readonly newOrderId: () => string;
  readonly jitter: Chance;
  readonly watcher: ProcessWatcher;
  readonly sabotage: Sabotage;
  /** null for a device whose cloud sends tokens over MQTT. */
  readonly lwa: LwaWorld | null;
};
