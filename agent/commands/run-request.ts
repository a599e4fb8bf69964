import type { LogLevel } from '../command-line/command-table.ts';

/** What the service is started with. */
export type RunRequest = {
  readonly config: string;
  /** null for `$STATE_DIRECTORY`, else `./.replenish-agent`. */
  readonly stateDir: string | null;
  readonly logLevel: LogLevel;
  /** Where every reading is written to, and how large that file may become; null for nowhere. */
  readonly record: { readonly file: string; readonly maxBytes: number } | null;
};
