import type { Timing } from '../../hardware/timing.ts';
import type { PerformLocalCommand } from '../command/command.ts';
import { parseFrame } from '../local/answer-schema.ts';
import type { LocalConnection } from '../local/local-client.ts';
import type { LocalService } from '../local/local-service.ts';
import type { LiveFrame } from '../local/service-view.ts';
import { askService } from './ask-service.ts';

/** A service to give a command to, and to watch what becomes of it: another process, or this one. */
export type Counterpart = {
  readonly perform: PerformLocalCommand;
  /** The live view when it has changed, or as it stands after `withinMs`; a sentence when there is none any more. */
  nextFrame(withinMs: number): Promise<LiveFrame | string>;
};

const GONE = 'The service has stopped. Look at replenish-agent status.';

/**
 * The running service.
 * @param watching is asked for frames and nothing else. @param reach opens another connection; null when nobody is there.
 */
export function counterpartBehind(
  watching: LocalConnection,
  reach: () => Promise<LocalConnection | null>,
): Counterpart {
  let last: LiveFrame | null = null;
  watching.ask({ watch: true });
  return {
    perform: async (command) => {
      const connection = await reach();
      return connection === null ? { ok: false, message: GONE } : askService(connection, command);
    },
    nextFrame: async (withinMs) => {
      const line = await watching.next(withinMs);
      if (line === null) return watching.isOver() || last === null ? GONE : last;
      const answer = parseFrame(line);
      if (answer.kind === 'refused') return answer.why;
      last = answer.value;
      return last;
    },
  };
}

/** How often the service in this process is looked at. */
const LOOK_EVERY_MS = 200;

/** The service in this process. */
export function counterpartHere(service: LocalService, timing: Timing): Counterpart {
  return {
    perform: service.perform,
    nextFrame: async (withinMs) => {
      await new Promise<void>((resolve) => timing.after(Math.min(withinMs, LOOK_EVERY_MS), resolve));
      return service.live();
    },
  };
}
