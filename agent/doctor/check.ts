import type { Timing } from '../../hardware/timing.ts';
import type { LocalConnection } from '../local/local-client.ts';
import type { StatusDocument } from '../local/service-view.ts';
import type { Exchange } from '../replenish/classify.ts';
import type { LiveReadings } from './live-readings.ts';
import type { Tool } from './tool.ts';

/** `warn` is worth knowing, `FAIL` stands in the way of orders or reports. */
export type Verdict = 'ok' | 'warn' | 'FAIL';

export type Finding = {
  readonly verdict: Verdict;
  /** Sentences: what was seen. No secret is part of it. */
  readonly found: string;
  /** A command to type; null where there is nothing to do, or nothing to type. */
  readonly remedy: string | null;
};

/** One thing to look at. */
export type Check = {
  readonly name: string;
  /** The check that has to have gone well before this one can tell anything. */
  readonly needs?: string;
  /** May reject, and may take too long: the runner makes a finding of either. */
  run(rounds: Rounds): Promise<Finding>;
};

/** The running service, as its local socket shows it. */
export type ServiceSeen =
  | { readonly kind: 'running'; readonly status: StatusDocument }
  | { readonly kind: 'stopped' }
  /** There is one, or may be, that does not answer this user; `why` names the remedy. */
  | { readonly kind: 'refused'; readonly why: string };

/** What all checks share. Whatever costs something is done once, when the first of them asks. */
export type Rounds = {
  readonly clock: Timing & {
    wallMs(): number;
    /** `wallTrusted`: the clock was set from the network since boot. */
    instant(): { readonly wallTrusted: boolean };
  };
  /** Absolute. */
  readonly stateDir: string;
  /** What a person types to run a command of this program with the same files: `check` -> `replenish-agent check ...`. */
  command(words: string): string;
  /** Another connection to the running service; null when none answers. */
  reach(): Promise<LocalConnection | null>;
  service(): Promise<ServiceSeen>;
  /** The answer of DRS to a request that asks for nothing; null without a usable configuration. */
  knock(): Promise<Exchange | null>;
  /** null without a usable configuration. */
  readonly live: LiveReadings | null;
  readonly tool: Tool;
  /** Whether this user may do that with the file. */
  may(access: 'read' | 'write', path: string): boolean;
};

export const ok = (found: string): Finding => ({ verdict: 'ok', found, remedy: null });

export const warn = (found: string, remedy: string | null): Finding => ({ verdict: 'warn', found, remedy });

export const fail = (found: string, remedy: string | null): Finding => ({ verdict: 'FAIL', found, remedy });

/** A word of a command as the shell takes it back whole: whoever types a remedy runs nothing else. */
export function quoted(word: string): string {
  return /^[\w@%+=:,./-]+$/.test(word) ? word : `'${word.replaceAll("'", "'\\''")}'`;
}

export const JOURNAL = 'journalctl -u replenish-agent -n 50';
