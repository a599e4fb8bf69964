import { userName } from '../../hardware/user-name.ts';
import { within } from '../system/within.ts';
import type { Check, Finding, Rounds } from './check.ts';
import { fail, warn } from './check.ts';

/** A finding with the name of its check: the shape of `doctor --json`. */
export type NamedFinding = { readonly check: string } & Finding;

/** Longer than any of the deadlines inside a check. */
export const CHECK_MS_MAX = 10_000;

/**
 * Runs all checks at once; one that needs another waits for it, and is not made when that one failed. Never rejects.
 *
 * @param onDone called for each as it ends, with its place in the list.
 * @returns the findings in the order of the checks.
 */
export async function runChecks(
  checks: readonly Check[],
  rounds: Rounds,
  onDone: (finding: NamedFinding, index: number) => void,
): Promise<readonly NamedFinding[]> {
  const running = new Map<string, Promise<NamedFinding & { readonly isBlocking: boolean }>>();
  for (const [index, check] of checks.entries()) {
    const needed = check.needs === undefined ? undefined : running.get(check.needs);
    const run = async () => {
      const before = await needed;
      const isBlocked = before?.isBlocking === true;
      const finding = isBlocked
        ? warn(`Not looked at, because "${check.needs}" has to be right first.`, null)
        : await runOne(check, rounds);
      const named = { check: check.name, ...finding };
      onDone(named, index);
      return { ...named, isBlocking: isBlocked || finding.verdict === 'FAIL' };
    };
    running.set(check.name, run());
  }
  const findings = await Promise.all(running.values());
  return findings.map(({ isBlocking: _, ...finding }) => finding);
}

async function runOne(check: Check, rounds: Rounds): Promise<Finding> {
  try {
    const finding = await within(rounds.clock, CHECK_MS_MAX, check.run(rounds));
    return (
      finding ??
      fail(
        `This was not found out within ${CHECK_MS_MAX / 1000} s: something hangs.`,
        rounds.command('doctor'),
      )
    );
  } catch (error) {
    const path = deniedPath(error);
    if (path !== null)
      return fail(`User ${userName()} may not look at ${path}.`, `sudo ${rounds.command('doctor')}`);
    const what = error instanceof Error ? error.message.split('\n', 1)[0] : String(error);
    return fail(
      `The check came upon something it was not made for (${what}). Please report this.`,
      rounds.command('doctor --bundle support.tar.gz'),
    );
  }
}

/** What this user may not look at, when that is why a check could not be made. */
function deniedPath(error: unknown): string | null {
  const isDenied =
    error instanceof Error && 'code' in error && ['EACCES', 'EPERM'].includes(String(error.code));
  return isDenied && 'path' in error && typeof error.path === 'string' ? error.path : null;
}
