/** Longer names are compared with nothing: a typo in one is not what went wrong, and comparing costs time. */
const LONGEST_NAME = 64;

/**
 * The known name that was most likely meant, or null when none is near.
 * Capitals, `_` and `-` are overlooked; beyond that about one slip in three letters is forgiven.
 */
export function nearestName(typed: string, known: readonly string[]): string | null {
  if (typed.length > LONGEST_NAME) return null;
  const bare = plain(typed);
  let best: string | null = null;
  let bestDistance = Math.max(1, Math.floor(bare.length / 3)) + 1;
  for (const candidate of known) {
    const distance = nameDistance(bare, plain(candidate));
    if (distance < bestDistance) {
      best = candidate;
      bestDistance = distance;
    }
  }
  return best;
}

function nameDistance(typed: string, known: string): number {
  if (typed === known) return 0;
  // A shortened or lengthened name (`password` for `passwordFile`) is nearer than its letters tell.
  const [shorter, longer] = typed.length < known.length ? [typed, known] : [known, typed];
  if (shorter.length >= 3 && longer.startsWith(shorter)) return 1;
  return editDistance(typed, known);
}

function plain(name: string): string {
  return name.toLowerCase().replace(/[_-]/g, '');
}

/** Insertions, deletions, replacements and swaps of neighbours that turn one text into the other. */
export function editDistance(a: string, b: string): number {
  let beforeLast: number[] = [];
  let last = Array.from({ length: b.length + 1 }, (_, index) => index);
  for (let i = 1; i <= a.length; i++) {
    const row = [i];
    for (let j = 1; j <= b.length; j++) {
      const same = a[i - 1] === b[j - 1];
      let cost = Math.min((row[j - 1] ?? 0) + 1, (last[j] ?? 0) + 1, (last[j - 1] ?? 0) + (same ? 0 : 1));
      if (i > 1 && j > 1 && a[i - 1] === b[j - 2] && a[i - 2] === b[j - 1]) {
        cost = Math.min(cost, (beforeLast[j - 2] ?? 0) + 1);
      }
      row.push(cost);
    }
    beforeLast = last;
    last = row;
  }
  return last[b.length] ?? 0;
}
