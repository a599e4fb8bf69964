import * as v from 'valibot';
import { asIssue, type Issue } from './issue.ts';

/** What became of a value: what it means, or everything that is wrong with it. */
export type Judged<O> =
  | { readonly ok: true; readonly output: O }
  | { readonly ok: false; readonly issues: readonly Issue[] };

/** PURE. Judges plain data by a schema. Never throws. */
export function judge<S extends v.GenericSchema>(schema: S, value: unknown): Judged<v.InferOutput<S>> {
  const { success, output, issues } = v.safeParse(schema, value);
  return success ? { ok: true, output } : { ok: false, issues: issues.map(asIssue) };
}
