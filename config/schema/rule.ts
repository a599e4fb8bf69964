import * as z from 'zod/mini';
import { isGroup } from './scalars.ts';

/** What a rule between fields may see: only values that are right by themselves. */
export type Checked<T> = T extends readonly unknown[]
  ? T
  : T extends object
    ? { readonly [K in keyof T]?: Checked<T[K]> | undefined }
    : T;

/** Reports that the fields do not fit together; the mistake is shown at the first of the paths that is in the file. */
export type ReportMisfit = (paths: readonly (readonly string[])[], message: string) => void;

/** Reports that a setting is missing, which only these values of the others make necessary. */
export type ReportMissing = (path: readonly string[]) => void;

/** Whether a field stands in the file, right or wrong. */
export type IsGiven = (...path: readonly string[]) => boolean;

/**
 * A rule between the fields of one group. It runs even when some of them are wrong, on those that are not: so that
 * all mistakes are reported at once, and none that only follows from another.
 */
export function rule<T extends object>(
  judge: (fields: Checked<T>, misfit: ReportMisfit, isGiven: IsGiven, missing: ReportMissing) => void,
): z.core.$ZodCheck<T> {
  return z.superRefine<T>(
    (fields, context) => {
      const checked = withoutMistakes(fields, context.issues) as Checked<T>;
      const misfit: ReportMisfit = (paths, message) => {
        const [path = []] = paths;
        const params = { misfit: true, paths };
        context.issues.push({ code: 'custom', path: [...path], message, params, input: fields });
      };
      const missing: ReportMissing = (path) => {
        context.issues.push({ code: 'custom', path: [...path], message: 'is missing', input: undefined });
      };
      judge(checked, misfit, (...path) => isPresent(fields, path), missing);
    },
    { when: ({ value }) => isGroup(value) },
  );
}

function isPresent(value: unknown, path: readonly string[]): boolean {
  const [key, ...rest] = path;
  if (key === undefined) return true;
  if (typeof value !== 'object' || value === null || !Object.hasOwn(value, key)) return false;
  return isPresent(Reflect.get(value, key), rest);
}

/** A copy without the values that an issue points at. An unknown key leaves what stands around it believable. */
function withoutMistakes(value: unknown, issues: readonly z.core.$ZodRawIssue[]): unknown {
  const wrong = issues
    .filter(
      (issue) =>
        issue.code !== 'unrecognized_keys' && !(issue.code === 'custom' && issue.params?.['misfit'] === true),
    )
    .map(({ path }) => path ?? []);
  return copyWithout(value, wrong);
}

function copyWithout(value: unknown, wrong: readonly (readonly PropertyKey[])[]): unknown {
  if (wrong.length === 0 || typeof value !== 'object' || value === null) return value;
  if (Array.isArray(value)) return undefined;
  const copy: Record<string, unknown> = Object.create(null);
  for (const [key, inner] of Object.entries(value)) {
    const below = wrong.filter(([first]) => first === key).map((path) => path.slice(1));
    if (below.every((path) => path.length > 0)) copy[key] = copyWithout(inner, below);
  }
  return copy;
}
