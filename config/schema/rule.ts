import type * as v from 'valibot';
import { isGroup } from './group.ts';
import { asIssue, type Found, found, type Issue } from './issue.ts';
import { outcome } from './outcome.ts';

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
  judge: (
    fields: Checked<NoInfer<T>>,
    misfit: ReportMisfit,
    isGiven: IsGiven,
    missing: ReportMissing,
  ) => void,
): v.BaseValidation<T, T, Found> {
  return {
    kind: 'validation',
    type: 'rule',
    reference: rule,
    expects: null,
    async: false,
    '~run': (dataset) => {
      const { value: fields, typed, issues = [] } = dataset;
      if (!isGroup(fields)) return dataset;
      const broken: Found[] = [];
      const misfit: ReportMisfit = (paths, message) => {
        broken.push(found({ kind: 'misfit', paths }, message, fields, paths[0]));
      };
      const missing: ReportMissing = (path) => {
        broken.push(found({ kind: 'value' }, 'is missing', undefined, path));
      };
      const checked = withoutMistakes(fields, issues.map(asIssue)) as Checked<T>;
      judge(checked, misfit, (...path) => isPresent(fields, path), missing);
      return broken.length === 0 ? dataset : outcome(dataset.value as T, typed, [...issues, ...broken]);
    },
  };
}

function isPresent(value: unknown, path: readonly string[]): boolean {
  const [key, ...rest] = path;
  if (key === undefined) return true;
  if (typeof value !== 'object' || value === null || !Object.hasOwn(value, key)) return false;
  return isPresent(Reflect.get(value, key), rest);
}

/** A copy without the values that an issue points at. An unknown key leaves what stands around it believable. */
function withoutMistakes(value: unknown, issues: readonly Issue[]): unknown {
  const wrong = issues
    .filter(({ about }) => about.kind !== 'unknown settings' && about.kind !== 'misfit')
    .map(({ path }) => path);
  return copyWithout(value, wrong);
}

function copyWithout(value: unknown, wrong: readonly Issue['path'][]): unknown {
  if (wrong.length === 0 || typeof value !== 'object' || value === null) return value;
  if (Array.isArray(value)) return undefined;
  const copy: Record<string, unknown> = Object.create(null);
  for (const [key, inner] of Object.entries(value)) {
    const below = wrong.filter(([first]) => first === key).map((path) => path.slice(1));
    if (below.every((path) => path.length > 0)) copy[key] = copyWithout(inner, below);
  }
  return copy;
}
