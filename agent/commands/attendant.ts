import type { Cancel, Timing } from '../../hardware/timing.ts';
import type { Agent } from '../agent.ts';
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
  let turns = 0;
  let cancelLimit: Cancel = () => undefined;
  const status = (): string => (agent === null ? 'Starting.' : statusLine(agent.local.live()));
  const beReady = (): void => {
    cancelLimit();
    if (isSteady) return;
    isSteady = true;
    manager.ready(status());
  };
  const beReadySoon = (): void => {
    const turn = ++turns;
    cancelLimit();
    cancelLimit = timing.after(READY_MS_MAX, beReady);
    // What an earlier flow has tried says nothing about the one that has taken its place.
    void agent?.tried().then(() => {
      if (turn === turns) beReady();
    });
  };
  const life =
    manager.watchdogMs === null
      ? UNWATCHED
      : createLifeSigns(timing, manager.watchdogMs, () => manager.alive(status()));
  return {
    life,
    begin: (started) => {
      agent = started;
      beReadySoon();
    },
    reloading: () => {
      isSteady = false;
      turns += 1;
      cancelLimit();
      manager.reloading();
    },
    reloaded: beReadySoon,
    stopping: () => {
      // So that what is still awaited says nothing.
      isSteady = true;
      turns += 1;
      cancelLimit();
      manager.stopping();
    },
  };
}
