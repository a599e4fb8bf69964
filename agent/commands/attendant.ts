import type { Cancel, Timing } from '../../hardware/timing.ts';
import type { Agent } from '../compose.ts';
import { statusLine } from '../local/status-line.ts';
import { createLifeSigns, type LifeSigns, UNWATCHED } from '../system/life-signs.ts';
import { openServiceManager } from '../system/service-manager.ts';

/** Keeps the service manager informed of how the service fares. */
export type Attendant = {
  readonly life: LifeSigns;
  /** The agent has started: the service is ready when all hardware was tried once. */
  begin(agent: Pick<Agent, 'tried' | 'local'>): void;
  reloading(): void;
  reloaded(): void;
  stopping(): void;
};

/** A device that can't even be tried (a driver that hangs) must not keep the others from their work. */
const READY_MS_MAX = 30_000;

const NOBODY: Attendant = {
  life: UNWATCHED,
  begin: () => undefined,
  reloading: () => undefined,
  reloaded: () => undefined,
  stopping: () => undefined,
};

/** Outside of systemd nothing at all happens. */
export function createAttendant(env: NodeJS.ProcessEnv, timing: Timing): Attendant {
  const manager = openServiceManager(env);
  if (manager === null) return NOBODY;
  let agent: Pick<Agent, 'tried' | 'local'> | null = null;
  /** While it starts, reloads or stops, nobody may say that it is ready. */
  let isSteady = false;
  let cancelLimit: Cancel = () => undefined;
  const status = (): string => (agent === null ? 'Starting.' : statusLine(agent.local.live()));
  const beReady = (): void => {
    cancelLimit();
    if (isSteady) return;
    isSteady = true;
    manager.ready(status());
  };
  const life =
    manager.watchdogMs === null
      ? UNWATCHED
      : createLifeSigns(timing, manager.watchdogMs, () => manager.alive(status()));
  return {
    life,
    begin: (started) => {
      agent = started;
      cancelLimit = timing.after(READY_MS_MAX, beReady);
      void started.tried().then(beReady);
    },
    reloading: () => {
      isSteady = false;
      manager.reloading();
    },
    reloaded: beReady,
    stopping: () => {
      // So that what is still awaited says nothing.
      isSteady = true;
      cancelLimit();
      manager.stopping();
    },
  };
}
