import type * as z from 'zod/mini';
import { nearestName } from '../nearest.ts';
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
  schema: z.core.$ZodType,
  value: unknown,
  path: readonly PropertyKey[],
): Declared | null {
  let example = notesOf(schema)?.examples?.[0];
  const open = unwrapped(schema, value, (inner) => {
    example ??= notesOf(inner)?.examples?.[0];
  });
  const { def } = open._zod;
  const [step, ...rest] = path;
  if (step === undefined) {
    const keys = def.type === 'object' ? Object.keys(def.shape) : [];
    return {
      keys,
      example: example ?? (def.type === 'literal' ? def.values[0] : undefined),
      isRequired: schema._zod.optin === undefined || notesOf(schema)?.isNeeded === true,
      entry: entryOf(schema, def),
    };
  }
  const inner = innerSchema(def, step);
  const next = typeof value === 'object' && value !== null ? Reflect.get(value, step) : undefined;
  return inner === undefined ? null : declaredAt(inner, next, rest);
}

/** An entry of several kinds is described as the first of them. */
function entryOf(schema: z.core.$ZodType, def: Def): Declared['entry'] {
  if (def.type !== 'record') return null;
  const keys = declaredAt(def.valueType, undefined, [])?.keys ?? [];
  return { name: notesOf(schema)?.entryName ?? 'name', keys };
}

function innerSchema(def: Def, step: PropertyKey): z.core.$ZodType | undefined {
  if (def.type === 'object') return Object.hasOwn(def.shape, step) ? def.shape[String(step)] : undefined;
  if (def.type === 'record') return def.valueType;
  if (def.type === 'array') return def.element;
  return undefined;
}

type Def = z.core.$ZodTypes['_zod']['def'];

/** Goes through what only wraps a schema (defaults, transformations, alternatives) to the group or value within. */
function unwrapped(
  schema: z.core.$ZodType,
  value: unknown,
  visit: (inner: z.core.$ZodType) => void,
): z.core.$ZodTypes {
  const known = schema as z.core.$ZodTypes;
  const { def } = known._zod;
  const inner = wrappedSchema(def, value);
  if (inner === undefined) return known;
  visit(inner);
  return unwrapped(inner, value, visit);
}

function wrappedSchema(def: Def, value: unknown): z.core.$ZodType | undefined {
  if (def.type === 'optional' || def.type === 'prefault') return def.innerType;
  if (def.type === 'pipe') return def.in;
  return def.type === 'union' ? alternative(def, value) : undefined;
}

function alternative(def: z.core.$ZodUnionDef, value: unknown): z.core.$ZodType | undefined {
  const groups = def.options.filter((option) => (option as z.core.$ZodTypes)._zod.def.type === 'object');
  const { discriminator } = def as Partial<z.core.$ZodDiscriminatedUnionDef>;
  if (discriminator === undefined || typeof value !== 'object' || value === null) return groups[0];
  const meant = meantAlternative(groups, discriminator, Reflect.get(value, discriminator));
  return meant?.schema ?? groups[0];
}

/** An alternative of a union and the word that chooses it. */
export type Alternative = { readonly word: string; readonly schema: z.core.$ZodType };

/** The alternative that the word chooses; for a mistyped one the nearest; null when none is near. */
function meantAlternative(
  options: readonly z.core.$ZodType[],
  discriminator: string,
  typed: unknown,
): Alternative | null {
  if (typeof typed !== 'string') return null;
  const byWord = new Map<string, z.core.$ZodType>();
  for (const schema of options) {
    for (const word of schema._zod.propValues?.[discriminator] ?? []) byWord.set(String(word), schema);
  }
  const word = byWord.has(typed) ? typed : nearestName(typed, [...byWord.keys()]);
  const schema = word === null ? undefined : byWord.get(word);
  return word === null || schema === undefined ? null : { word, schema };
}

/** The alternative that is meant in the group at a path, by the word that stands there; null where no union is. */
export function alternativeAt(
  schema: z.core.$ZodType,
  value: unknown,
  path: readonly PropertyKey[],
): Alternative | null {
  const { def } = (schema as z.core.$ZodTypes)._zod;
  const [step, ...rest] = path;
  if (def.type === 'union' && step === undefined) {
    const { discriminator } = def as Partial<z.core.$ZodDiscriminatedUnionDef>;
    if (discriminator === undefined || typeof value !== 'object' || value === null) return null;
    return meantAlternative(def.options, discriminator, Reflect.get(value, discriminator));
  }
  const wrapped = wrappedSchema(def, value);
  if (wrapped !== undefined) return alternativeAt(wrapped, value, path);
  const inner = step === undefined ? undefined : innerSchema(def, step);
  if (step === undefined || inner === undefined) return null;
  const next = typeof value === 'object' && value !== null ? Reflect.get(value, step) : undefined;
  return alternativeAt(inner, next, rest);
}
