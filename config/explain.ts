import type { GenericSchema } from 'valibot';
import { inlineYaml } from './inline-yaml.ts';
import { isSecretName, maskSecrets } from './mask-secrets.ts';
import { nearestName } from './nearest.ts';
import { type Place, placeAt } from './place.ts';
import { type Problem, pathText } from './problem.ts';
import type { Issue } from './schema/issue.ts';
import { type Declared, declaredAt } from './schema/lookup.ts';

/** Names listed in one message; a longer list is not read. */
const MOST_NAMES_LISTED = 24;

/** What an explanation is drawn from. */
export type Explained = {
  readonly schema: GenericSchema;
  /** The plain data that was judged. */
  readonly value: unknown;
  /** The place of the root. */
  readonly place: Place;
};

/** PURE. What the schema found -> sentences, each at its place in the file. One issue can name several unknown keys. */
export function explain(issue: Issue, file: Explained): readonly Problem[] {
  const { about, message } = issue;
  if (about.kind === 'unknown settings') {
    return about.keys.map((key) => unknownKey([...issue.path, key], file));
  }
  const path = shownPath(issue, file.place);
  const spot = placeAt(file.place, path);
  if (!spot.isThere) return [missing(path, spot.place, file)];
  const { place } = spot;
  if (place.kind === 'unreadable') return [];
  if (about.kind === 'name') {
    const found = maskSecrets(String(path.at(-1))).slice(0, 80);
    return [{ ...place.keyAt, path: pathText(path.slice(0, -1)), found, message }];
  }
  const sentence =
    place.kind === 'nothing' ? emptyMessage(path, file) : (colonMessage(issue, path, place, file) ?? message);
  // A group as such is found where it should not be; a rule is about what is in it.
  const found = isRule(issue) && isCollection(place) ? null : place.found;
  return [
    { ...(isCollection(place) ? place.keyAt : place.at), path: pathText(path), found, message: sentence },
  ];
}

/** A warning or error that is not from the schema, at the place of its path. */
export function problemAt(path: readonly PropertyKey[], message: string, root: Place): Problem {
  const { place, isThere } = placeAt(root, path);
  const isValue = isThere && place.kind === 'value';
  const found = isValue ? place.found : null;
  return { ...(isValue ? place.at : place.keyAt), path: pathText(path), found, message };
}

/**
 * Whether the issue holds although the parser had to guess from some line on: a wrong value is wrong all the same,
 * a wrong name only above that line, and what is missing, empty or does not fit may only have been misread.
 */
export function isSureDespite(brokenLine: number, issue: Issue, root: Place): boolean {
  const { place, isThere } = placeAt(root, issue.path);
  if (!isThere || isRule(issue)) return false;
  if (place.kind === 'value') return place.at.line !== brokenLine;
  const { about } = issue;
  if (about.kind !== 'unknown settings') return false;
  return about.keys.every((key) => (place.inside.get(key)?.keyAt.line ?? brokenLine) < brokenLine);
}

/** A line `id printer-7` or `id=printer-7` within a group makes a text of the whole group. */
function colonMessage(
  { about }: Issue,
  path: readonly PropertyKey[],
  { kind, found }: Place,
  file: Explained,
): string | null {
  if (about.kind !== 'no group' || kind !== 'value' || found === null) return null;
  const [, key = '', value = ''] = /^([\w-]{1,64})(?:\s*[=:]\s*|\s+)(\S.*)$/.exec(found) ?? [];
  const keys = declaredAt(file.schema, file.value, path)?.keys ?? [];
  const nearest = keys.includes(key) ? key : nearestName(key, keys);
  if (nearest === null) return null;
  return `between a name and its value stand a colon and a space: type "${nearest}: ${value}"`;
}

function unknownKey(path: readonly PropertyKey[], file: Explained): Problem {
  const key = String(path.at(-1));
  const around = declaredAt(file.schema, file.value, path.slice(0, -1));
  const known = around?.keys ?? [];
  const { place } = placeAt(file.place, path);
  const message = `there is no setting of this name here; ${unknownKeyRemedy(key, known, path.length, file)}`;
  return { ...place.keyAt, path: pathText(path), found: null, message };
}

function unknownKeyRemedy(key: string, known: readonly string[], depth: number, file: Explained): string {
  const nearest = nearestName(key, known);
  if (key === '<<') return 'merging with << is not used here: write the settings out';
  if (/^\d+$/.test(key))
    return `a number with a fraction is written with a point, as in 1.${key.slice(0, 6)}`;
  if (isSecretName(key)) {
    const setting = nearest?.endsWith('File') ? ` and type ${nearest}: with its name` : '';
    return `a secret never stands in this file: put it into a file of its own${setting}`;
  }
  if (nearest !== null) return `did you mean ${nearest}?`;
  const sections = declaredAt(file.schema, file.value, [])?.keys ?? [];
  if (depth > 1 && sections.includes(key)) return `${key} begins in the first column, without indentation`;
  return `known are ${known.slice(0, MOST_NAMES_LISTED).join(', ')}`;
}

function missing(path: readonly PropertyKey[], parent: Place, file: Explained): Problem {
  const key = String(path.at(-1));
  const declared = declaredAt(file.schema, file.value, path);
  const line = exampleLine(key, declared);
  return { ...parent.keyAt, path: pathText(path), found: null, message: `is missing: add ${line}` };
}

function emptyMessage(path: readonly PropertyKey[], file: Explained): string {
  const key = path.at(-1);
  const declared = declaredAt(file.schema, file.value, path);
  if (typeof key === 'number') return 'stands empty: type a value, or take it out';
  if (declared !== null && declared.example === undefined && declared.keys.length > 0) {
    return `stands empty: its settings (${declared.keys.slice(0, MOST_NAMES_LISTED).join(', ')}) belong below it, indented`;
  }
  const wayOut = declared?.isRequired === true ? '' : ', or take the line out';
  if (declared?.entry != null) return `stands empty: ${entryText(declared.entry)}`;
  return `stands empty: type ${exampleLine(String(key), declared)}${wayOut}`;
}

function exampleLine(key: string, declared: Declared | null): string {
  if (declared?.entry != null) return `${key}: ${entryText(declared.entry)}`;
  if (declared?.example !== undefined) return `for example ${key}: ${inlineYaml(declared.example)}`;
  return declared !== null && declared.keys.length > 0
    ? `${key}: with ${declared.keys.slice(0, MOST_NAMES_LISTED).join(', ')}`
    : `${key}: with a value`;
}

function entryText({ name, keys }: NonNullable<Declared['entry']>): string {
  return `below it, indented, goes a name of your choice, for example ${name}: with ${keys.join(', ')} below that`;
}

/** A rule between fields is shown at the first of them that is in the file, not at one that has its default. */
function shownPath({ path, about }: Issue, root: Place): readonly PropertyKey[] {
  if (about.kind !== 'misfit') return path;
  const [first = []] = about.paths;
  const base = path.slice(0, path.length - first.length);
  const paths = about.paths.map((each) => [...base, ...each]);
  return paths.find((each) => placeAt(root, each).isThere) ?? base;
}

function isRule({ about }: Issue): boolean {
  return about.kind === 'misfit';
}

function isCollection({ kind }: Place): boolean {
  return kind === 'group' || kind === 'list';
}
