/** Settings of the contract that this version knows by name and does not act on. To be shortened as they are built. */

/** Drivers that a later version brings. */
const LATER_DRIVERS: readonly string[] = ['modbus', 'firmata', 'iio'];

/** Something that is not built: an error where the agent could not do its work without it, else a warning. */
export type NotYet = {
  readonly severity: 'error' | 'warning';
  readonly path: readonly string[];
  /** What stands under here makes no sense without it, and is not judged. */
  readonly covers: readonly string[];
  readonly message: string;
};

/** PURE. Everything in the file that waits for a later version. */
export function findNotYet(file: unknown): readonly NotYet[] {
  const found: NotYet[] = [];
  for (const name of keysAt(file, ['hardware'])) {
    const entry = ['hardware', name];
    const driver = at(file, [...entry, 'driver']);
    if (typeof driver !== 'string' || !LATER_DRIVERS.includes(driver)) continue;
    const message = `the driver ${driver} is not in this version yet: use lines, with a board that prints its readings as text lines`;
    found.push({ severity: 'error', path: [...entry, 'driver'], covers: entry, message });
  }
  return found;
}

function at(value: unknown, path: readonly string[]): unknown {
  const [key, ...rest] = path;
  if (key === undefined) return value;
  if (typeof value !== 'object' || value === null || !Object.hasOwn(value, key)) return undefined;
  return at(Reflect.get(value, key), rest);
}

function keysAt(value: unknown, path: readonly string[]): readonly string[] {
  const found = at(value, path);
  return typeof found === 'object' && found !== null && !Array.isArray(found) ? Object.keys(found) : [];
}
