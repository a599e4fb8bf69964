import type * as v from 'valibot';

type Schema = v.GenericSchema;

/** A kind of group among several; the word is the literal under the key of the choice. */
export type KindSchema = Schema & { readonly entries: Readonly<Record<string, Schema>> };

/** What the declaration of the settings is made of, as plain data that can be walked. */
export type KnownSchema = { readonly pipe?: readonly KnownStep[] } & (
  | { readonly type: 'group'; readonly entries: Readonly<Record<string, Schema>> }
  | { readonly type: 'named'; readonly entry: Schema }
  | { readonly type: 'choice'; readonly key: string; readonly options: readonly KindSchema[] }
  | { readonly type: 'union'; readonly options: readonly Schema[] }
  | { readonly type: 'optional'; readonly wrapped: Schema; readonly default: unknown }
  | { readonly type: 'array'; readonly item: Schema }
  | { readonly type: 'tuple'; readonly items: readonly Schema[] }
  | { readonly type: 'literal'; readonly literal: string | number }
  | { readonly type: 'picklist'; readonly options: readonly string[] }
  | { readonly type: 'string' | 'number' | 'integer' | 'boolean' | 'custom' }
);

/** One step of a pipe: a schema, or what is asked of its value. */
export type KnownStep =
  | KnownSchema
  | { readonly type: 'min_length' | 'max_length' | 'min_value' | 'max_value'; readonly requirement: number }
  | { readonly type: 'regex'; readonly requirement: RegExp }
  | { readonly type: 'check' | 'rule' | 'transform' };

/** PURE. The schema as what it is. A pipe is what its first schema is, with `pipe` beside it. */
export function asKnown(schema: Schema): KnownSchema {
  return schema as Schema & KnownSchema;
}

/** PURE. The word that stands for a kind of group. */
export function wordOf(kind: KindSchema, key: string): string | null {
  const word = kind.entries[key];
  const known = word === undefined ? undefined : asKnown(word);
  return known?.type === 'literal' ? String(known.literal) : null;
}
