import type { Clock } from '../system/clock.ts';
import { sentenceOf } from '../system/coded-error.ts';
import type { Log } from '../system/log.ts';
import type { Command, CommandResult, PerformCommand } from './command.ts';
import { type ParsedCommand, parseCommand } from './parse-command.ts';
import { type Allowance, fullAllowance, spend } from './rate-limit.ts';

/** What is said to whoever sent a command; `id` is null when there was none that could be read. */
export type CommandAnswer = CommandResult & { readonly id: string | null };

/** The durable memory of commands that may change something. */
export type CommandLedger = {
  /** A command of this id that was begun before; `answer` is null when what came of it was never noted. */
  find(id: string): { readonly command: string; readonly answer: CommandResult | null } | null;
  /** Makes it durable that this command is begun. @throws when the disk refuses. */
  begin(id: string, command: string): void;
  /** Notes what came of it. @throws when the disk refuses. */
  finish(id: string, answer: CommandResult): void;
};

export type DeskDeps = {
  readonly clock: Pick<Clock, 'nowMs' | 'wallMs' | 'wallTrusted'>;
  readonly log: Pick<Log, 'info' | 'warn'>;
  readonly ledger: CommandLedger;
  readonly slots: () => readonly string[];
  readonly perform: PerformCommand;
};

export type CommandDesk = {
  /**
   * Takes one message of the `command` topic and answers it. A repeated id gets the answer of the first time and has
   * no second effect, also across a power cut: the id is durable before anything is done. null for an empty message,
   * which only takes a retained one off the broker. Never rejects.
   */
  take(payload: Uint8Array, retained: boolean): Promise<CommandAnswer | null>;
};

/** Commands of this run that are remembered with their answers; the ledger remembers those of earlier runs. */
const RECENT_MAX = 64;

const TOO_FREQUENT: CommandResult = {
  ok: false,
  message:
    'Too many commands: there may be 10 in a row, and one in 6 seconds after that. Send it again later.',
};
const NOT_DURABLE: CommandResult = {
  ok: false,
  message: 'The state could not be written, so nothing was done. See the store in the device report.',
};
const OTHER_COMMAND: CommandResult = {
  ok: false,
  message: 'This id was used for another command before. Choose a new one.',
};
const FORGOTTEN: CommandResult = {
  ok: false,
  message:
    'This command was begun before the agent was restarted, and is not done again. Look at the slot for what came of it.',
};
const DEFECT: CommandResult = {
  ok: false,
  message:
    'The command ended in a defect of the agent. Look at the slot for what came of it, and at the log.',
};

export function createCommandDesk(deps: DeskDeps): CommandDesk {
  return new Desk(deps);
}

type Recent = { readonly command: string; readonly answer: Promise<CommandResult> };

class Desk implements CommandDesk {
  readonly #deps: DeskDeps;
  readonly #recent = new Map<string, Recent>();
  #allowance: Allowance;

  constructor(deps: DeskDeps) {
    this.#deps = deps;
    this.#allowance = fullAllowance(deps.clock.nowMs());
  }

  async take(payload: Uint8Array, retained: boolean): Promise<CommandAnswer | null> {
    if (payload.length === 0) return null;
    const { clock, log, slots } = this.#deps;
    const parsed = parseCommand(payload, retained, {
      slots: slots(),
      wallMs: clock.wallMs(),
      wallTrusted: clock.wallTrusted(),
    });
    const known = parsed.id === null || retained ? null : this.#recall(parsed.id);
    if (known !== null) return { id: parsed.id, ...(await sameCommand(parsed, known)) };
    const left = spend(this.#allowance, clock.nowMs());
    if (left === null) return { id: parsed.id, ...TOO_FREQUENT };
    this.#allowance = left;
    if (!parsed.ok) {
      log.warn({ id: parsed.id }, parsed.refusal);
      return { id: parsed.id, ok: false, message: parsed.refusal };
    }
    const { id, command } = parsed;
    const answer = this.#begin(id, command);
    if (answer === null) return { id, ...NOT_DURABLE };
    this.#remember(id, { command: JSON.stringify(command), answer });
    const result = await answer;
    log[result.ok ? 'info' : 'warn']({ id, command: command.kind, slot: command.slot }, result.message);
    return { id, ok: result.ok, message: result.message };
  }

  /**
   * Nothing is awaited before the effect: a broker that is told "received" finds it done. null when the disk refuses;
   * then the command may come again.
   */
  #begin(id: string, command: Command): Promise<CommandResult> | null {
    if (command.kind === 'report') return this.#perform(command);
    try {
      this.#deps.ledger.begin(id, JSON.stringify(command));
    } catch (error) {
      this.#deps.log.warn({ id, error: sentenceOf(error) }, NOT_DURABLE.message);
      return null;
    }
    return this.#perform(command).then((result) => {
      this.#note(id, result);
      return result;
    });
  }

  #perform(command: Command): Promise<CommandResult> {
    return this.#deps.perform(command).catch((error: unknown) => {
      this.#deps.log.warn({ command: command.kind, error: String(error) }, DEFECT.message);
      return DEFECT;
    });
  }

  /** An answer that can't be noted costs a later repetition its words, and nothing else. */
  #note(id: string, result: CommandResult): void {
    try {
      this.#deps.ledger.finish(id, result);
    } catch (error) {
      this.#deps.log.warn(
        { id, error: sentenceOf(error) },
        'The answer to a command could not be written down.',
      );
    }
  }

  #recall(id: string): Recent | null {
    const recent = this.#recent.get(id);
    if (recent !== undefined) return recent;
    const entry = this.#deps.ledger.find(id);
    return entry === null
      ? null
      : { command: entry.command, answer: Promise.resolve(entry.answer ?? FORGOTTEN) };
  }

  #remember(id: string, recent: Recent): void {
    this.#recent.set(id, recent);
    const [oldest] = this.#recent.keys();
    if (this.#recent.size > RECENT_MAX && oldest !== undefined) this.#recent.delete(oldest);
  }
}

/** A repetition that has expired, or names a slot that is gone, is a repetition all the same. */
async function sameCommand(parsed: ParsedCommand, known: Recent): Promise<CommandResult> {
  if (parsed.ok && JSON.stringify(parsed.command) !== known.command) return OTHER_COMMAND;
  const { ok, message } = await known.answer;
  return { ok, message };
}
