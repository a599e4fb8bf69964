/** What a size is counted in, bytes. As disks are sold: 1 MB is a million. */
const UNITS = { kB: 1_000, MB: 1_000_000, GB: 1_000_000_000 } as const;

/** PURE. A size as people type it, `64MB` -> bytes; null when it is none. At least 1 kB, at most 999 GB. */
export function parseByteSize(text: string): number | null {
  const [, count, unit] = /^([1-9]\d{0,2})(kB|MB|GB)$/.exec(text) ?? [];
  if (count === undefined || unit === undefined || !isUnit(unit)) return null;
  return Number(count) * UNITS[unit];
}

function isUnit(text: string): text is keyof typeof UNITS {
  return Object.hasOwn(UNITS, text);
}
