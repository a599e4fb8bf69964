import type { GenericSchema } from 'valibot';
import type { Issue } from './schema/issue.ts';
import { judge } from './schema/judge.ts';
import { alternativeAt } from './schema/lookup.ts';

/**
 * PURE. What else is wrong in a group whose choosing word (`driver: scael`) is mistyped. The schema stops there; here
 * the rest of the group is judged as the alternative that was most likely meant. Nothing for any other issue, and
 * nothing when no known word is near.
 */
export function hiddenIssues({ path, about }: Issue, schema: GenericSchema, file: unknown): readonly Issue[] {
  if (about.kind !== 'choice') return [];
  const group = path.slice(0, -1);
  const meant = alternativeAt(schema, file, group);
  if (meant === null) return [];
  // Like every map from the file it has no prototype: a name from outside cannot reach one.
  const corrected = Object.assign(Object.create(null), about.group, { [about.key]: meant.word });
  const judged = judge(meant.schema, corrected);
  return judged.ok ? [] : judged.issues.map((issue) => ({ ...issue, path: [...group, ...issue.path] }));
}
