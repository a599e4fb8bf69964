export type LadderValue =
  /** So many switches are under the surface. */
  | { readonly ok: true; readonly count: number }
  /** Impossible: the switch `wet` is on, the switch `dry` below it is off. Counted from the bottom, from 0. */
  | { readonly ok: false; readonly dry: number; readonly wet: number };

/** PURE: float switches above one another, the lowest first -> how many are on. A single one gives 0 or 1. */
export function readLadder(active: readonly boolean[]): LadderValue {
  const firstDry = active.indexOf(false);
  const count = firstDry === -1 ? active.length : firstDry;
  const wet = active.indexOf(true, count);
  return wet === -1 ? { ok: true, count } : { ok: false, dry: count, wet };
}
