import type { CalibrateWords } from '../calibration/calibrate-words.ts';
import type { DashboardWords } from '../dashboard/dashboard-words.ts';
import type { InitWords } from '../setup/init-words.ts';
import type { CommandName, LogLevel } from './command-table.ts';

/** Where a command finds the service. */
export type Whereabouts = {
  readonly config: string;
  /** null where the person named none. */
  readonly stateDir: string | null;
};

/** What the words on the command line ask for. */
export type Request =
  | (Whereabouts & {
      readonly kind: 'run';
      readonly logLevel: LogLevel;
      /** Where every reading is written to; null for nowhere. */
      readonly record: { readonly file: string; readonly maxBytes: number } | null;
    })
  | ({ readonly kind: 'init'; readonly config: string } & InitWords)
  | { readonly kind: 'check'; readonly config: string; readonly isJson: boolean }
  | (Whereabouts & { readonly kind: 'doctor'; readonly isJson: boolean; readonly bundle: string | null })
  | (Whereabouts & { readonly kind: 'watch' })
  | (Whereabouts & { readonly kind: 'calibrate' } & CalibrateWords)
  | (Whereabouts & { readonly kind: 'status'; readonly isJson: boolean })
  | (Whereabouts & { readonly kind: 'order'; readonly slot: string; readonly isAgreed: boolean })
  | (Whereabouts & { readonly kind: 'cancel-test'; readonly slot: string })
  | (Whereabouts & {
      readonly kind: 'commission';
      readonly slot: string;
      readonly isAgreed: boolean;
      readonly isJson: boolean;
      readonly by: string | null;
      readonly out: string | null;
    })
  | (Whereabouts & {
      readonly kind: 'resolve';
      readonly slot: string;
      readonly verdict: 'placed' | 'not-placed';
    })
  | (Whereabouts & { readonly kind: 'rearm'; readonly slot: string; readonly isAgreed: boolean })
  /** `forMs` is null to end a snooze. */
  | (Whereabouts & { readonly kind: 'snooze'; readonly slot: string; readonly forMs: number | null })
  | {
      readonly kind: 'replay';
      readonly config: string;
      readonly file: string;
      readonly isJson: boolean;
    }
  | (Whereabouts & {
      readonly kind: 'register';
      /** `all` asks for the answer in one go; `begin` and `finish` are the halves of it, minutes apart. */
      readonly step: 'all' | 'begin' | 'finish';
      /** The address that the browser came back to, or the code in it; null to ask for it. */
      readonly code: string | null;
    })
  | (Whereabouts & { readonly kind: 'deregister'; readonly isAgreed: boolean })
  | ({ readonly kind: 'dashboard' } & DashboardWords)
  | { readonly kind: 'bench'; readonly words: readonly string[] }
  | { readonly kind: 'help'; readonly command: CommandName | null }
  | { readonly kind: 'version' }
  | Misuse;

/** The words make no request; `message` says why, and the help of `command`, or of the program, what to type. */
export type Misuse = {
  readonly kind: 'misuse';
  readonly message: string;
  readonly command: CommandName | null;
};
