import type * as z from 'zod/mini';
import { notesOf } from './notes.ts';

/** What the declaration says about one place of the configuration. */
export type Declared = {
  /** Settings that may stand in this group; empty for what is no group, or takes any name. */
  readonly keys: readonly string[];
  /** How the value may look, as plain data; undefined where no example is declared. */
  readonly example: unknown;
  readonly isRequired: boolean;
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
      isRequired: schema._zod.optin === undefined,
    };
  }
  const inner = innerSchema(def, step);
  const next = typeof value === 'object' && value !== null ? Reflect.get(value, step) : undefined;
  return inner === undefined ? null : declaredAt(inner, next, rest);
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
  let inner: z.core.$ZodType | undefined;
  if (def.type === 'optional' || def.type === 'prefault') inner = def.innerType;
  else if (def.type === 'pipe') inner = def.in;
  else if (def.type === 'union') inner = alternative(def, value);
  if (inner === undefined) return known;
  visit(inner);
  return unwrapped(inner, value, visit);
}

function alternative(def: z.core.$ZodUnionDef, value: unknown): z.core.$ZodType | undefined {
  const groups = def.options.filter((option) => (option as z.core.$ZodTypes)._zod.def.type === 'object');
  const { discriminator } = def as Partial<z.core.$ZodDiscriminatedUnionDef>;
  if (discriminator === undefined || typeof value !== 'object' || value === null) return groups[0];
  const chosen: unknown = Reflect.get(value, discriminator);
  const values = (option: z.core.$ZodType) => option._zod.propValues?.[discriminator];
  return groups.find((option) => isLiteral(chosen) && values(option)?.has(chosen)) ?? groups[0];
}

function isLiteral(value: unknown): value is string {
  return typeof value === 'string';
}
