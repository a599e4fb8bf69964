/** Writes a value on one line as a person would: `{ empty: 120, full: 880 }`, `[[0, 0], [1023, 100]]`, `20%`. */
export function inlineYaml(value: unknown): string {
  if (Array.isArray(value)) return `[${value.map(inlineYaml).join(', ')}]`;
  if (typeof value === 'object' && value !== null) {
    const entries = Object.entries(value).map(([key, inner]) => `${key}: ${inlineYaml(inner)}`);
    return entries.length === 0 ? '{}' : `{ ${entries.join(', ')} }`;
  }
  return typeof value === 'string' ? inlineText(value) : String(value);
}

/** Bare where YAML reads a bare word as the same text; else in quotes, single ones where `\w` has to keep its backslash. */
function inlineText(text: string): string {
  const isBare = /^[A-Za-z0-9/][\w ./:%@-]*$/.test(text) && !/: |:$| $/.test(text);
  const readsAsOther = /^(?:true|false|null|~|[\d.]+(?:e\d+)?|0x[\da-f]+|0o[0-7]+)$/i.test(text);
  if (isBare && !readsAsOther) return text;
  return /["\\]/.test(text) ? `'${text.replaceAll("'", "''")}'` : `"${text}"`;
}
