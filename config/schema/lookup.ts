import type * as v from 'valibot';
import { nearestName } from '../nearest.ts';
import { asKnown, type KindSchema, type KnownSchema, wordOf } from './known-schema.ts';
import { notesOf } from './notes.ts';

/** What the declaration says about one place of the configuration. */
export type Declared = {
  /** Settings that may stand in this group; empty for what is no group, or takes any name. */
  readonly keys: readonly string[];
  /** How the value may look, as plain data; undefined where no example is declared. */
  readonly example: unknown;
  readonly isRequired: boolean;
  /** Where names are chosen freely: a name for an example, and the settings of an entry. Null anywhere else. */
  readonly entry: { readonly name: string; readonly keys: readonly string[] } | null;
};

/**
 * Finds the declaration behind a path. `value` is what stands in the file: it decides between the alternatives of a
 * union. Null when the path leads out of what is declared.
 */
export function declaredAt(
  schema: v.GenericSchema,
  value: unknown,
  path: readonly PropertyKey[],
): Declared | null {
  let example = notesOf(schema)?.examples?.[0];
  const open = unwrapped(schema, value, (inner) => {
    example ??= notesOf(inner)?.examples?.[0];
  });
  const [step, ...rest] = path;
  if (step === undefined) {
    return {
      keys: open.type === 'group' ? Object.keys(open.entries) : [],
      example: example ?? (open.type === 'literal' ? open.literal : undefined),
      isRequired: schema.type !== 'optional' || notesOf(schema)?.isNeeded === true,
      entry: entryOf(schema, open),
    };
  }
  const inner = innerSchema(open, step);
  return inner === undefined ? null : declaredAt(inner, valueBelow(value, step), rest);
}

/** An entry of several kinds is described as the first of them. */
function entryOf(schema: v.GenericSchema, open: KnownSchema): Declared['entry'] {
  if (open.type !== 'named') return null;
  const keys = declaredAt(open.entry, undefined, [])?.keys ?? [];
  return { name: notesOf(schema)?.entryName ?? 'name', keys };
}

function innerSchema(open: KnownSchema, step: PropertyKey): v.GenericSchema | undefined {
  if (open.type === 'group')
    return Object.hasOwn(open.entries, step) ? open.entries[String(step)] : undefined;
  if (open.type === 'named') return open.entry;
  return open.type === 'array' ? open.item : undefined;
}

function valueBelow(value: unknown, step: PropertyKey): unknown {
  return typeof value === 'object' && value !== null ? Reflect.get(value, step) : undefined;
}

/** Goes through what only wraps a schema (defaults, alternatives) to the group or value within. */
function unwrapped(
  schema: v.GenericSchema,
  value: unknown,
  visit: (inner: v.GenericSchema) => void,
): KnownSchema {
  const known = asKnown(schema);
  const inner = wrappedSchema(known, value);
  if (inner === undefined) return known;
  visit(inner);
  return unwrapped(inner, value, visit);
}

function wrappedSchema(known: KnownSchema, value: unknown): v.GenericSchema | undefined {
  switch (known.type) {
    case 'optional':
      return known.wrapped;
    case 'union':
      return known.options.find(({ type }) => type === 'group');
    case 'choice':
      return meantKind(known.options, known.key, value)?.schema ?? known.options[0];
    default:
      return undefined;
  }
}

/** An alternative of a choice and the word that chooses it. */
export type Alternative = { readonly word: string; readonly schema: v.GenericSchema };

/** The kind that the word in the group chooses; for a mistyped one the nearest; null when none is near. */
function meantKind(kinds: readonly KindSchema[], key: string, group: unknown): Alternative | null {
  const typed = valueBelow(group, key);
  if (typeof typed !== 'string') return null;
  const byWord = new Map(kinds.map((schema) => [wordOf(schema, key) ?? '', schema]));
  const word = byWord.has(typed) ? typed : nearestName(typed, [...byWord.keys()]);
  const schema = word === null ? undefined : byWord.get(word);
  return word === null || schema === undefined ? null : { word, schema };
}

/** The alternative that is meant in the group at a path, by the word that stands there; null where no choice is. */
export function alternativeAt(
  schema: v.GenericSchema,
  value: unknown,
  path: readonly PropertyKey[],
): Alternative | null {
  const known = asKnown(schema);
  const [step, ...rest] = path;
  if (known.type === 'choice' && step === undefined) return meantKind(known.options, known.key, value);
  const wrapped = wrappedSchema(known, value);
  if (wrapped !== undefined) return alternativeAt(wrapped, value, path);
  const inner = step === undefined ? undefined : innerSchema(known, step);
  if (step === undefined || inner === undefined) return null;
  return alternativeAt(inner, valueBelow(value, step), rest);
}
