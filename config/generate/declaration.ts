import type * as v from 'valibot';
import { asKnown, type KnownSchema, type KnownStep } from '../schema/known-schema.ts';
import { NAME_PATTERN } from '../schema/name.ts';
import { notesOf } from '../schema/notes.ts';
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
  readonly minLength?: number;
  readonly maxLength?: number;
  readonly minimum?: number;
  readonly maximum?: number;
  readonly minItems?: number;
  readonly maxItems?: number;
  readonly items?: Declaration | false;
  readonly prefixItems?: readonly Declaration[];
  readonly properties?: Readonly<Record<string, Declaration>>;
  readonly required?: readonly string[];
  readonly additionalProperties?: Declaration | false;
  readonly propertyNames?: Declaration;
  readonly minProperties?: number;
  readonly oneOf?: readonly Declaration[];
  readonly anyOf?: readonly Declaration[];
};

/** The configuration's declaration as plain data, in the order in which it is declared. */
export function declaration(): Declaration {
  return declared(configSchema);
}

function declared(schema: v.GenericSchema): Declaration {
  const known = asKnown(schema);
  const notes = notesOf(schema);
  if (known.type !== 'optional') return { ...shape(known), ...notes };
  const byDefault = known.default === undefined ? {} : { default: known.default };
  return { ...notes, ...byDefault, ...declared(known.wrapped), ...notes };
}

/** What a value looks like, without what is noted of the field. */
function shape(known: KnownSchema): Declaration {
  switch (known.type) {
    case 'group':
      return groupShape(known.entries);
    case 'named':
      return {
        type: 'object',
        propertyNames: { pattern: NAME_PATTERN.source },
        minProperties: 1,
        additionalProperties: declared(known.entry),
      };
    case 'choice':
      return { oneOf: known.options.map(declared) };
    case 'union':
      return { anyOf: known.options.map(declared) };
    case 'optional':
      return declared(known.wrapped);
    case 'array':
      return { type: 'array', ...limits(known), items: declared(known.item) };
    case 'tuple':
      return tupleShape(known.items.map(declared));
    case 'literal':
      return { type: typeof known.literal, const: known.literal };
    case 'picklist':
      return { type: 'string', enum: known.options };
    case 'custom':
      return checkedShape(known);
    default:
      return { type: known.type, ...limits(known) };
  }
}

function groupShape(entries: Readonly<Record<string, v.GenericSchema>>): Declaration {
  const fields = Object.entries(entries);
  const required = fields.filter(([, field]) => field.type !== 'optional').map(([key]) => key);
  return {
    type: 'object',
    properties: Object.fromEntries(fields.map(([key, field]) => [key, declared(field)])),
    ...(required.length > 0 && { required }),
    additionalProperties: false,
  };
}

function tupleShape(items: readonly Declaration[]): Declaration {
  return { type: 'array', prefixItems: items, items: false, minItems: items.length, maxItems: items.length };
}

/** What a check of ours asks has no word in JSON Schema; the schema behind it has. */
function checkedShape({ pipe = [] }: KnownSchema): Declaration {
  const inner = pipe.find((step): step is KnownSchema => step.type === 'tuple');
  return inner === undefined ? {} : shape(inner);
}

/** What is asked of a value, as far as JSON Schema has a word for it. */
function limits(known: KnownSchema): Declaration {
  return Object.assign({}, ...stepsOf(known).map((step) => limit(step, known.type === 'array')));
}

/** A pipe may begin with another. */
function stepsOf({ pipe: [first, ...others] = [] }: KnownSchema): readonly KnownStep[] {
  return first !== undefined && 'pipe' in first ? [...stepsOf(first), ...others] : others;
}

function limit(step: KnownStep, isList: boolean): Declaration {
  switch (step.type) {
    case 'min_length':
      return isList ? { minItems: step.requirement } : { minLength: step.requirement };
    case 'max_length':
      return isList ? { maxItems: step.requirement } : { maxLength: step.requirement };
    case 'min_value':
      return { minimum: step.requirement };
    case 'max_value':
      return { maximum: step.requirement };
    case 'regex':
      return { pattern: step.requirement.source };
    default:
      return {};
  }
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
