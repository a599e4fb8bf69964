import type { Verdict } from './check.ts';
import type { NamedFinding } from './run-checks.ts';

const COLOURS: Readonly<Record<Verdict, number>> = { ok: 32, warn: 33, FAIL: 31 };

/** One line: verdict, check, what was found, what to type. @param isColoured for terminals only. Pure. */
export function findingLine(
  { check, verdict, found, remedy }: NamedFinding,
  width: number,
  isColoured: boolean,
): string {
  const word = verdict.padEnd(4);
  const painted = isColoured ? `\u001b[${COLOURS[verdict]}m${word}\u001b[0m` : word;
  const typed = remedy === null ? '' : ` Type: ${remedy}`;
  return `${painted}  ${plain(check).padEnd(width)}  ${plain(`${found}${typed}`)}`;
}

/** The last line. Pure. */
export function summaryLine(findings: readonly NamedFinding[]): string {
  const count = (verdict: Verdict): number =>
    findings.filter((finding) => finding.verdict === verdict).length;
  const [failed, warned] = [count('FAIL'), count('warn')];
  if (failed + warned === 0) return `All ${findings.length} checks are ok.`;
  return `${findings.length} checks: ${count('ok')} ok, ${warned} to know of (warn), ${failed} to mend (FAIL).`;
}

/** What certificates, files and programs say must not move the cursor, nor look like another line. */
export function plain(text: string): string {
  return text.replace(/[\p{Cc}\u2028\u2029\u202A-\u202E\u2066-\u2069]+/gu, ' ');
}
