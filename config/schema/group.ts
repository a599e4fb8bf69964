import * as v from 'valibot';
import { type Found, found, foundBelow } from './issue.ts';
import { outcome } from './outcome.ts';

/** A group of settings. Types are those of valibot's own strict object. */
export interface GroupSchema<E extends v.ObjectEntries>
  extends v.BaseSchema<
    v.InferInput<v.StrictObjectSchema<E, undefined>>,
    v.InferOutput<v.StrictObjectSchema<E, undefined>>,
    Found
  > {
  readonly type: 'group';
  readonly entries: E;
}

const EXPECTED = 'settings are expected here, indented below this line';

/**
 * A group of settings: a YAML map whose keys are all known. valibot's own object takes a list for one too, and tells
 * of the first unknown key only.
 */
export function group<const E extends v.ObjectEntries>(entries: E): GroupSchema<E> {
  return v._standardSchema<GroupSchema<E>>({
    kind: 'schema',
    type: 'group',
    reference: group,
    expects: 'Object',
    async: false,
    entries,
    '~run': ({ value }, config) =>
      judgeGroup(entries, value, config) as v.OutputDataset<v.InferOutput<GroupSchema<E>>, Found>,
  });
}

/** Whether a value is a YAML map, right or wrong inside. */
export function isGroup(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

function judgeGroup(
  entries: v.ObjectEntries,
  input: unknown,
  config: v.Config<Found>,
): v.OutputDataset<unknown, Found> {
  if (!isGroup(input)) return outcome(input, false, [found({ kind: 'no group' }, EXPECTED, input)]);
  const output: Record<string, unknown> = {};
  const issues: Found[] = [];
  let isTyped = true;
  for (const [key, schema] of Object.entries(entries)) {
    const isGiven = Object.hasOwn(input, key);
    // What is missing is judged too: it has its default, or an issue of its own.
    const inner = schema['~run']({ value: isGiven ? input[key] : undefined }, config);
    for (const issue of inner.issues ?? []) issues.push(foundBelow(issue, input, key));
    if (!inner.typed) isTyped = false;
    if (isGiven || inner.value !== undefined) output[key] = inner.value;
  }
  const unknown = Object.keys(input).filter((key) => !Object.hasOwn(entries, key));
  if (unknown.length === 0) return outcome(output, isTyped, issues);
  issues.push(found({ kind: 'unknown settings', keys: unknown }, 'there are no such settings here', input));
  return outcome(output, false, issues);
}
