import type * as v from 'valibot';
import type { Found } from './issue.ts';

/** What valibot expects of a schema or rule of ours. `isTyped`: whether the value has the type, right or wrong. */
export function outcome<O>(value: O, isTyped: boolean, issues: readonly Found[]): v.OutputDataset<O, Found> {
  const [first, ...others] = issues;
  if (first === undefined) return { typed: true, value };
  return isTyped
    ? { typed: true, value, issues: [first, ...others] }
    : { typed: false, value, issues: [first, ...others] };
}
