import * as v from 'valibot';

/*
 * JSON holds what valibot's own schemas are too generous with: 1e999 is read as Infinity, an array counts as an object,
 * and a record loses the entries named `prototype` and `constructor`, which are good names for a slot.
 */

export const finiteNumber = v.pipe(v.number(), v.finite());

/** Goes before an object of which all may be missing: an array would be taken for an empty one. */
export const jsonObject = v.custom<Readonly<Record<string, unknown>>>(
  (value) => typeof value === 'object' && value !== null && !Array.isArray(value),
);

/** An object whose keys are data. What is named `__proto__` is left out, and the rest still counts. */
export function jsonRecord<Value>(
  key: v.GenericSchema<string>,
  value: v.GenericSchema<unknown, Value>,
): v.GenericSchema<Readonly<Record<string, unknown>>, Record<string, Value>> {
  return v.pipe(
    jsonObject,
    v.rawTransform(({ dataset, addIssue, NEVER }) => {
      const record: Record<string, Value> = {};
      for (const [name, each] of Object.entries(dataset.value)) {
        if (name === '__proto__') continue;
        const read = v.safeParse(value, each);
        if (!read.success || !v.is(key, name)) {
          addIssue();
          return NEVER;
        }
        record[name] = read.output;
      }
      return record;
    }),
  );
}
