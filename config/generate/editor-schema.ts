import { declaration } from './declaration.ts';

const DIALECT = 'https://json-schema.org/draft/2020-12/schema';
const TITLE = 'Configuration of replenish-agent';

/** PURE. JSON Schema 2020-12 for editors: units and ranges stand in the descriptions, where an editor shows them. */
export function editorSchema(): string {
  const schema = { $schema: DIALECT, title: TITLE, ...(forEditors(declaration()) as object) };
  return `${JSON.stringify(schema, null, 2)}\n`;
}

function forEditors(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(forEditors);
  if (typeof value !== 'object' || value === null) return value;
  const {
    range,
    unit,
    entryName: _,
    isUnlisted: __,
    isNeeded: ___,
    ...schema
  } = value as Record<string, unknown>;
  const kept = Object.entries(schema).map(([key, inner]) => [
    key,
    key === 'properties' ? eachForEditors(inner) : forEditors(inner),
  ]);
  const description = [schema['description'], range && `Range: ${range}.`, unit && `Unit: ${unit}.`];
  const text = description.filter((part) => typeof part === 'string').join(' ');
  return {
    ...Object.fromEntries(kept),
    ...(typeof schema['description'] === 'string' && { description: text }),
  };
}

/** Under `properties` the keys are settings of ours: one may be named like a note. */
function eachForEditors(properties: unknown): unknown {
  const entries = Object.entries(properties as Record<string, unknown>);
  return Object.fromEntries(entries.map(([key, setting]) => [key, forEditors(setting)]));
}
