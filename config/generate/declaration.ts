import * as z from 'zod/mini';
import { fieldNotes } from '../schema/notes.ts';
import { NAME_PATTERN } from '../schema/scalars.ts';
import { configSchema } from '../schema.ts';

/** JSON Schema with the notes of each field beside it: what everything that is generated is drawn from. */
export type Declaration = {
  readonly type?: string;
  readonly description?: string;
  readonly default?: unknown;
  readonly examples?: readonly unknown[];
  readonly enum?: readonly unknown[];
  readonly const?: unknown;
  readonly unit?: string;
  readonly range?: string;
  readonly entryName?: string;
  readonly isNeeded?: boolean;
  readonly isUnlisted?: boolean;
  readonly pattern?: string;
  readonly properties?: Readonly<Record<string, Declaration>>;
  readonly required?: readonly string[];
  readonly additionalProperties?: Declaration | false;
  readonly oneOf?: readonly Declaration[];
  readonly anyOf?: readonly Declaration[];
};

/** The configuration's declaration as plain data, in the order in which it is declared. */
export function declaration(): Declaration {
  const json = z.toJSONSchema(configSchema, {
    io: 'input',
    target: 'draft-2020-12',
    metadata: fieldNotes,
    unrepresentable: 'any',
    override: ({ zodSchema, jsonSchema }) => {
      const { def } = zodSchema._zod;
      const notes = fieldNotes.get(zodSchema);
      // zod leaves out examples and defaults of what is transformed; ours are written as in the file.
      if (notes?.examples !== undefined) jsonSchema.examples = [...notes.examples];
      if (def.type === 'prefault') jsonSchema.default = def.defaultValue as never;
      if (def.type === 'record') {
        jsonSchema.propertyNames = { pattern: NAME_PATTERN.source };
        jsonSchema.minProperties = 1;
      }
    },
  });
  return json as Declaration;
}

/** The default as it may be typed, a group's put together from those of its settings; undefined without one. */
export function defaultOf({ default: own, properties }: Declaration): unknown {
  if (properties === undefined || own === undefined) return own;
  const entries = Object.entries(properties).map(([key, inner]) => [key, defaultOf(inner)] as const);
  return entries.every(([, value]) => value !== undefined) ? Object.fromEntries(entries) : undefined;
}

/** The settings of a group, of any of its alternatives; those that are kept out of sample and README left out. */
export function settingsOf(group: Declaration): readonly (readonly [string, Declaration])[] {
  const alternatives = group.oneOf ?? [group];
  const settings = new Map<string, Declaration>();
  for (const { properties = {} } of alternatives) {
    for (const [key, setting] of Object.entries(properties)) {
      if (!settings.has(key) && setting.isUnlisted !== true) settings.set(key, setting);
    }
  }
  return [...settings];
}

/** The kinds of entry of a section whose names are chosen freely, `hardware` one for each driver; none for any other. */
export function entryKinds({ additionalProperties: entry }: Declaration): readonly Declaration[] {
  if (typeof entry !== 'object') return [];
  return entry.oneOf ?? [entry];
}

/** Whether a setting of the group has to be typed. */
export function isRequiredIn(group: Declaration, key: string): boolean {
  return group.required?.includes(key) === true || group.properties?.[key]?.isNeeded === true;
}

/** What may be typed, in a few words. */
export function allowedText(setting: Declaration): string {
  const { type, range, unit, examples = [] } = setting;
  if (setting.enum !== undefined) return setting.enum.join(', ');
  if (setting.const !== undefined) return examples.join(', ');
  if (type === 'boolean') return 'true, false';
  if (range !== undefined) return unit === undefined ? range : `${range} ${unit}`;
  if (type === 'array') return 'list';
  const isNumber = type === 'number' || type === 'integer';
  if (isNumber) return unit === undefined ? 'number' : `number, ${unit}`;
  return setting.properties === undefined ? 'text' : 'group';
}
