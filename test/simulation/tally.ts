import type { FaultKind } from './faults.ts';

/** What a run did and looked at. */
export class Tally {
  readonly faults = new Map<FaultKind, number>();
  readonly checks = new Map<string, number>();
  readonly events = new Map<string, number>();
  deviceDays = 0;
  devices = 0;

  fault(kind: FaultKind): void {
    this.faults.set(kind, (this.faults.get(kind) ?? 0) + 1);
  }

  check(name: string): void {
    this.checks.set(name, (this.checks.get(name) ?? 0) + 1);
  }

  event(name: string): void {
    this.events.set(name, (this.events.get(name) ?? 0) + 1);
  }
}

export function sum(counts: ReadonlyMap<string, number>): number {
  let total = 0;
  for (const count of counts.values()) total += count;
  return total;
}
