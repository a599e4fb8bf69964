import * as v from 'valibot';
import { isGroup } from './group.ts';
import { type Found, found, foundBelow } from './issue.ts';
import { NAME_PATTERN, nameHint } from './name.ts';
import { outcome } from './outcome.ts';

/** Entries of one kind, by their names. */
export interface NamedSchema<S extends v.GenericSchema>
  extends v.BaseSchema<Record<string, v.InferInput<S>>, Record<string, v.InferOutput<S>>, Found> {
  readonly type: 'named';
  readonly entry: S;
}

const NO_ENTRIES = 'named entries are expected here, indented below this line';
const NO_ENTRY = 'at least one entry is needed here, indented below this line, under a name of your choice';

/**
 * Entries under names that the technician chooses; the names become parts of topics. valibot's own record passes over
 * some names in silence (`constructor`), and a slot that is not watched is what must never happen.
 */
export function named<const S extends v.GenericSchema>(entry: S): NamedSchema<S> {
  return v._standardSchema<NamedSchema<S>>({
    kind: 'schema',
    type: 'named',
    reference: named,
    expects: 'Object',
    async: false,
    entry,
    '~run': ({ value }, config) =>
      judgeEntries(entry, value, config) as v.OutputDataset<Record<string, v.InferOutput<S>>, Found>,
  });
}

function judgeEntries(
  entry: v.GenericSchema,
  input: unknown,
  config: v.Config<Found>,
): v.OutputDataset<unknown, Found> {
  if (!isGroup(input)) return outcome(input, false, [found({ kind: 'value' }, NO_ENTRIES, input)]);
  // Without a prototype: no name can be taken for something inherited.
  const output: Record<string, unknown> = Object.create(null);
  const names = Object.keys(input);
  const issues: Found[] = [];
  let isTyped = true;
  for (const name of names) {
    const inner = entry['~run']({ value: input[name] }, config);
    for (const issue of inner.issues ?? []) issues.push(foundBelow(issue, input, name));
    if (!inner.typed) isTyped = false;
    output[name] = inner.value;
  }
  if (names.length === 0) issues.push(found({ kind: 'value' }, NO_ENTRY, input));
  // The entry under a bad name is judged all the same.
  for (const name of names) {
    if (!NAME_PATTERN.test(name)) issues.push(found({ kind: 'name' }, nameHint(name), name, [name]));
  }
  return outcome(output, isTyped, issues);
}
