import * as z from 'zod/mini';
import { alternativeAt } from './schema/lookup.ts';

/**
 * PURE. What else is wrong in a group whose choosing word (`driver: scael`) is mistyped. The schema stops there; here
 * the rest of the group is judged as the alternative that was most likely meant. Nothing for any other issue, and
 * nothing when no known word is near.
 */
export function hiddenIssues(
  issue: z.core.$ZodIssue,
  schema: z.core.$ZodType,
  file: unknown,
): readonly z.core.$ZodIssue[] {
  if (issue.code !== 'invalid_union' || issue.discriminator === undefined) return [];
  const { discriminator, input } = issue;
  if (typeof input !== 'object' || input === null) return [];
  const group = issue.path.slice(0, -1);
  const meant = alternativeAt(schema, file, group);
  if (meant === null) return [];
  // Like every map from the file it has no prototype: a name from outside cannot reach one.
  const corrected = Object.assign(Object.create(null), input, { [discriminator]: meant.word });
  const judged = z.safeParse(meant.schema, corrected, { reportInput: true });
  if (judged.success) return [];
  return judged.error.issues.map((found) => ({ ...found, path: [...group, ...found.path] }));
}
