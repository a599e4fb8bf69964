import type { Config } from '../config/config.ts';
import type { LocalService } from './local/local-service.ts';
import type { FirstContact } from './report/first-contact.ts';
import type { StateHold } from './store/hold-state.ts';
import type { SystemClock } from './system/clock.ts';
import type { LifeSigns } from './system/life-signs.ts';
import type { Log } from './system/log.ts';
import type { Recorder } from './system/recorder.ts';

export type AgentDeps = {
  readonly stateDir: string;
  readonly version: string;
  readonly clock: SystemClock;
  readonly log: Log;
  /** null without a recording. */
  readonly recorder: Pick<Recorder, 'take'> | null;
  /** Hears of what is done. */
  readonly life: LifeSigns;
  /** What was begun before the rest was built; where it is left out, it is begun here. */
  readonly begun?: { readonly hold: StateHold; readonly contact: FirstContact };
};

export type Agent = {
  /** What programs on this machine may ask for, at any time until the stop. */
  readonly local: LocalService;
  /** Connects to the broker, takes the slots up, and opens the hardware; resolves when that has begun. */
  start(): Promise<void>;
  /** Resolves when each connection to hardware was tried once, after a start or what was applied last. */
  tried(): Promise<void>;
  /**
   * Puts a new configuration in force; what it does not touch goes on: orders, the token, the broker's session. Waits
   * for requests that are out, until `hurry` at the latest.
   */
  apply(next: Config, hurry: Promise<void>): Promise<void>;
  /** Says why a new configuration was refused, or null when the one in force is the newest. */
  setConfigError(error: string | null): void;
  /** Finishes what is under way, says `offline`, releases everything. Takes less than 5 s. */
  stop(): Promise<void>;
};
