export type Position = { readonly line: number; readonly column: number };

/** Where a value stands in the file, and what was typed there. */
export type Place = {
  readonly at: Position;
  /** Where its key stands; for an item of a list the same as `at`. */
  readonly keyAt: Position;
  /** `nothing` also for a null that was typed; `unreadable` for what was reported when it was read. */
  readonly kind: 'nothing' | 'value' | 'list' | 'group' | 'unreadable';
  /** As it was typed, shortened and with secrets hidden; a list or a group is named, not shown; null for nothing. */
  readonly found: string | null;
  /** What lies inside, by key, or by index written as text. */
  readonly inside: ReadonlyMap<string, Place>;
};

/** The place of a path, or of the innermost group on the way to it that is in the file. */
export function placeAt(
  root: Place,
  path: readonly PropertyKey[],
): { readonly place: Place; readonly isThere: boolean } {
  let place = root;
  for (const step of path) {
    const inner = place.inside.get(String(step));
    if (inner === undefined) return { place, isThere: false };
    place = inner;
  }
  return { place, isThere: true };
}
