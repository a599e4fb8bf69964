import type * as v from 'valibot';

/** What an issue is about, where its place and its sentence do not tell. */
export type About =
  | { readonly kind: 'value' }
  /** Something else stands where settings belong. */
  | { readonly kind: 'no group' }
  /** The group, whose place this is, has no settings of these names. */
  | { readonly kind: 'unknown settings'; readonly keys: readonly string[] }
  /** A freely chosen name, and not what stands under it. */
  | { readonly kind: 'name' }
  /** The word under `key` that tells of which kind the group is: it is none of those that there are. */
  | { readonly kind: 'choice'; readonly key: string; readonly group: object }
  /** Fields that do not fit together, each as its path from the group; the first that is in the file is shown. */
  | { readonly kind: 'misfit'; readonly paths: readonly (readonly string[])[] };

/** One thing that a schema finds wrong. */
export type Issue = {
  readonly path: readonly (string | number)[];
  readonly message: string;
  readonly about: About;
};

/** The same within valibot, which knows nothing of what it is about. */
export type Found = v.BaseIssue<unknown>;

interface OwnFound extends Found {
  readonly about: About;
}

/** An issue of a schema or rule of ours. */
export function found(about: About, message: string, input: unknown, path: readonly string[] = []): Found {
  const issue: OwnFound = {
    kind: 'validation',
    type: about.kind,
    input,
    expected: null,
    received: '',
    message,
    about,
  };
  return path.reduceRight((inner: Found, key) => foundBelow(inner, input, key), issue);
}

/** An issue of what stands under `key`, as one of the group around it. */
export function foundBelow(issue: Found, group: unknown, key: string): Found {
  const step = { type: 'unknown', origin: 'value', input: group, key, value: issue.input } as const;
  return { ...issue, path: [step, ...(issue.path ?? [])] };
}

/** What valibot hands out, in our own words. */
export function asIssue(issue: Found): Issue {
  const path = (issue.path ?? []).map(({ key }) => (typeof key === 'number' ? key : String(key)));
  return { path, message: issue.message, about: isOwn(issue) ? issue.about : { kind: 'value' } };
}

function isOwn(issue: Found): issue is OwnFound {
  return 'about' in issue;
}
