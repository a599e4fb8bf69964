import { chmodSync, readFileSync, realpathSync, statSync } from 'node:fs';
import type { CommandResult } from '../command/command.ts';
import type { Whereabouts } from '../command-line/request.ts';
import { serviceSource } from '../live/live-source.ts';
import { parseResult } from '../local/answer-schema.ts';
import type { Connecting } from '../local/local-client.ts';
import { replaceDurably } from '../system/durable-file.ts';
import type { LiveDeps } from './find-live.ts';
import { findService } from './surroundings.ts';

/** A reload waits for requests that are out, with all their timeouts. */
const RELOAD_MS_MAX = 90_000;

/**
 * Puts another text in place of a configuration file, in one step; mode and owner stay, and so does a link to it.
 * @param before what the file has to hold still. @returns why nothing was written, or null when it was.
 */
export function replaceConfig(path: string, before: string, after: string): string | null {
  try {
    const file = realpathSync(path);
    if (readFileSync(file, 'utf8').replace(/^\uFEFF/, '') !== before)
      return `${path} was changed by somebody else meanwhile, and was left as it is. Type the command again.`;
    const mode = statSync(file).mode & 0o777;
    replaceDurably(file, after, mode);
    chmodSync(file, mode);
    return null;
  } catch (error) {
    const code = error instanceof Error && 'code' in error ? String(error.code) : String(error);
    return `${path} can't be written (${code}): type sudo before the command, or make room on the disk. It is as it was.`;
  }
}

/** Lets the running service read its configuration anew; null when there is none. Never rejects. */
async function reloadService(find: () => Promise<Connecting>): Promise<CommandResult | null> {
  const found = await find();
  if (found.kind === 'absent') return null;
  const byHand = 'Let it read the file by hand: systemctl reload replenish-agent.';
  if (found.kind === 'refused') return { ok: false, message: `${found.why} ${byHand}` };
  found.connection.ask({ reload: true });
  const line = await found.connection.next(RELOAD_MS_MAX);
  found.connection.close();
  if (line === null) return { ok: false, message: `The service did not answer. ${byHand}` };
  const answer = parseResult(line);
  return answer.kind === 'answer' ? answer.value : { ok: false, message: `${answer.why} ${byHand}` };
}

/** What came of a change of the configuration. */
export type InForce = {
  /** null while no service runs. */
  readonly reload: CommandResult | null;
  /** What the slot is at by the new configuration, percent; null where that is not known soon. */
  readonly level: number | null;
  readonly raw: number | null;
};

/** A level has to be believed first. */
const LEVEL_MS_MAX = 15_000;

/** Lets the running service take the configuration up, and looks what it makes of a slot then. */
export async function nowInForce(
  request: Whereabouts & { readonly slot: string },
  { env, clock }: LiveDeps,
): Promise<InForce> {
  const find = (): Promise<Connecting> => findService(request, env, clock);
  const reload = await reloadService(find);
  if (reload?.ok !== true) return { reload, level: null, raw: null };
  const found = await find();
  if (found.kind !== 'connected') return { reload, level: null, raw: null };
  const source = serviceSource(found.connection);
  const untilMs = clock.nowMs() + LEVEL_MS_MAX;
  try {
    for (;;) {
      const frame = await source.next(Math.max(0, untilMs - clock.nowMs()));
      if (typeof frame === 'string') return { reload, level: null, raw: null };
      const seen = Object.hasOwn(frame.slots, request.slot) ? frame.slots[request.slot] : undefined;
      const isKnown = seen !== undefined && seen.level !== null;
      if (isKnown || clock.nowMs() >= untilMs)
        return { reload, level: seen?.level ?? null, raw: seen?.raw ?? null };
    }
  } finally {
    await source.close();
  }
}
