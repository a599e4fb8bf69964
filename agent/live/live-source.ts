import type { Timing } from '../../hardware/timing.ts';
import { parseFrame } from '../local/answer-schema.ts';
import type { LocalConnection } from '../local/local-client.ts';
import type { LiveFrame } from '../local/service-view.ts';
import type { Alone } from './alone.ts';

/** Where frames of the live view come from, until they come from there no more. */
export type LiveSource = {
  readonly kind: 'service' | 'alone';
  /** The view when it has changed, or as it stands after `withinMs`; a sentence when this source has ended. */
  next(withinMs: number): Promise<LiveFrame | string>;
  close(): Promise<void>;
};

const STOPPED = 'The service has stopped.';
const STARTED = 'The service has started.';

/** A service that says nothing for this long after being asked is stuck. */
const FIRST_FRAME_MS_MAX = 10_000;

/** How often this process's own sensors are looked at, and whether somebody else wants them. */
const LOOK_EVERY_MS = 200;

/** The view of the running service. */
export function serviceSource(connection: LocalConnection): LiveSource {
  let last: LiveFrame | null = null;
  connection.ask({ watch: true });
  return {
    kind: 'service',
    next: async (withinMs) => {
      const line = await connection.next(last === null ? FIRST_FRAME_MS_MAX : withinMs);
      if (line === null) return connection.isOver() || last === null ? STOPPED : last;
      const answer = parseFrame(line);
      if (answer.kind === 'refused') return answer.why;
      last = answer.value;
      return last;
    },
    close: () => {
      connection.close();
      return Promise.resolve();
    },
  };
}

/**
 * The view of this process's own sensors; ends when an agent takes the state.
 * @param isHeld whether one has.
 */
export function aloneSource(alone: Alone, isHeld: () => boolean, timing: Timing): LiveSource {
  return {
    kind: 'alone',
    next: async (withinMs) => {
      await new Promise<void>((resolve) => timing.after(Math.min(withinMs, LOOK_EVERY_MS), resolve));
      return isHeld() ? STARTED : alone.live();
    },
    close: alone.close,
  };
}
