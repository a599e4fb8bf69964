import { FAULT_KINDS } from './faults.ts';
import type { Finding } from './simulate.ts';
import { sum, type Tally } from './tally.ts';
import { clockFace } from './timeline.ts';

/** What a run was, did and looked at, line by line. */
export function summaryLines(tally: Tally, seed: number, tookS: number): readonly string[] {
  const days = Math.floor(tally.deviceDays);
  const never = FAULT_KINDS.filter((kind) => !tally.faults.has(kind));
  return [
    `seed ${seed}: ${tally.devices} devices, ${number(days)} device-days in ${tookS.toFixed(1)} s (${number(days / tookS)} a second)`,
    `events: ${listed(tally.events)}`,
    `faults injected: ${number(sum(tally.faults))}: ${listed(tally.faults)}`,
    ...(never.length === 0 ? [] : [`faults that never struck: ${never.join(', ')}`]),
    `invariants checked: ${number(sum(tally.checks))} times: ${listed(tally.checks)}`,
  ];
}

/** A broken promise, the way to see it again, and what happened before. */
export function findingLines(finding: Finding, extra: readonly string[] = []): readonly string[] {
  const again = [
    'node test/simulation/main.ts',
    `--seed ${finding.seed}`,
    `--device ${finding.device}`,
    ...extra,
  ];
  return [
    ...finding.timeline,
    '',
    `BROKEN: ${finding.invariant}, device ${finding.device}, ${clockFace(finding.atMs)}`,
    finding.sentence,
    `again: ${again.join(' ')}`,
  ];
}

function listed(counts: ReadonlyMap<string, number>): string {
  return [...counts]
    .toSorted(([, a], [, b]) => b - a)
    .map(([name, count]) => `${name} ${number(count)}`)
    .join(', ');
}

function number(value: number): string {
  return Math.round(value).toLocaleString('en-US');
}
