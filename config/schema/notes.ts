import type * as v from 'valibot';

/** What is said of a field beside its type; editors, the sample, the README and `check` show it. */
export type FieldNotes = {
  readonly description: string;
  /** Values as they are written in the file. The first one is what `check` tells people to type. */
  readonly examples?: readonly unknown[];
  /** Unit of a plain number. Durations and levels carry theirs in the value. */
  readonly unit?: string;
  /** What may be typed, where the type alone does not say it. */
  readonly range?: string;
  /** Name of the sample's entry, where names are chosen freely. */
  readonly entryName?: string;
  /** Has to be there, although a rule and not the type says so: there is a case in which it need not. */
  readonly isNeeded?: boolean;
  /** Accepted, but kept out of sample and README: a second spelling, or what this version does not act on. */
  readonly isUnlisted?: boolean;
};

/** What is noted of each declared field. */
const notesBySchema = new WeakMap<object, FieldNotes>();

/** Attaches the notes to a field. They go last: a schema made from this one would not have them. */
export function field<S extends v.GenericSchema>(schema: S, notes: FieldNotes): S {
  const earlier = notesBySchema.get(schema);
  notesBySchema.set(schema, earlier === undefined ? notes : { ...earlier, ...notes });
  return schema;
}

/** The notes of a field, or undefined. */
export function notesOf(schema: v.GenericSchema): FieldNotes | undefined {
  return notesBySchema.get(schema);
}
