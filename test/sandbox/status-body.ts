type FieldKind = 'date' | 'number';

/** Fields of the two calls with a body. The slotStatus page lists all five as data that must be passed. */
const FIELDS = {
  slotStatus: {
    expectedReplenishmentDate: 'date',
    remainingQuantityInUnit: 'number',
    originalQuantityInUnit: 'number',
    totalQuantityOnHand: 'number',
    lastUseDate: 'date',
  },
  deviceStatus: { mostRecentlyActiveDate: 'date' },
} as const;

const ISO_8601 = /^(\d{4})-(\d{2})-(\d{2})(T\d{2}:\d{2}:\d{2}(\.\d{1,9})?(Z|[+-]\d{2}:\d{2}))?$/;

/** What is wrong with the JSON body of a status call, one sentence each; empty when it is right. */
export function checkStatusBody(call: keyof typeof FIELDS, body: Buffer): readonly string[] {
  let json: unknown;
  try {
    json = JSON.parse(new TextDecoder('utf-8', { fatal: true }).decode(body));
  } catch {
    return ['the body is not UTF-8 JSON'];
  }
  if (typeof json !== 'object' || json === null || Array.isArray(json))
    return ['the body is not a JSON object'];
  const fields: Readonly<Record<string, FieldKind>> = FIELDS[call];
  const sent = new Map<string, unknown>(Object.entries(json));
  const unknownFields = [...sent.keys()].filter((name) => !Object.hasOwn(fields, name));
  return [
    ...Object.entries(fields).flatMap(([name, kind]) => checkField(name, kind, sent.get(name))),
    ...unknownFields.map((name) => `the body has a field "${name}" that ${call} does not know`),
  ];
}

function checkField(name: string, kind: FieldKind, value: unknown): readonly string[] {
  if (value === undefined) return [`the body lacks "${name}"`];
  if (kind === 'number') return typeof value === 'number' ? [] : [`"${name}" is not a JSON number`];
  return typeof value === 'string' && isIsoDate(value)
    ? []
    : [`"${name}" is not an ISO 8601 date such as 2026-03-01T08:00:00Z`];
}

function isIsoDate(text: string): boolean {
  const match = ISO_8601.exec(text);
  if (match === null || Number.isNaN(Date.parse(text))) return false;
  // Date.parse takes 30 February for 2 March.
  const [, year, month, day] = match;
  return new Date(Date.UTC(Number(year), Number(month) - 1, Number(day))).getUTCDate() === Number(day);
}
