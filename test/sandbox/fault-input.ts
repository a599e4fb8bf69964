import type { Fault } from './faults.ts';

export type FaultInput = { readonly fault: Fault } | { readonly problem: string };

type Check = { readonly wanted: string; readonly holds: (value: unknown) => boolean };

const text: Check = { wanted: 'a string', holds: (value) => typeof value === 'string' };
const whole: Check = {
  wanted: 'a whole number, 0 or more',
  holds: (value) => Number.isSafeInteger(value) && Number(value) >= 0,
};
const status: Check = {
  wanted: 'an HTTP status, 200 to 599',
  holds: (value) => Number.isInteger(value) && Number(value) >= 200 && Number(value) <= 599,
};
const oneOf = (...words: readonly unknown[]): Check => ({
  wanted: `one of ${words.join(', ')}`,
  holds: (value) => words.includes(value),
});
const positiveOr = (word: string): Check => ({
  wanted: `1 or more, or "${word}"`,
  holds: (value) => value === word || (Number.isSafeInteger(value) && Number(value) > 0),
});

const SCOPE: Readonly<Record<string, Check>> = {
  call: oneOf(
    'any',
    'token',
    'replenish',
    'slotStatus',
    'deviceStatus',
    'subscriptionInfo',
    'getOrderInfo',
    'cancelTestOrder',
    'cancelTestOrders',
    'deregister',
    'deregisterV1',
  ),
  slotId: text,
  times: positiveOr('always'),
  when: oneOf('before-order', 'after-order'),
  delayMs: whole,
};

type KindFields = {
  readonly needed: readonly string[];
  readonly fields: Readonly<Record<string, Check>>;
};

const NO_FIELDS: KindFields = { needed: [], fields: {} };
const BROKEN_CONNECTION: KindFields = { needed: ['when'], fields: {} };
const STATUS_FIELDS = {
  status,
  message: text,
  error: text,
  retryAfterS: whole,
  retryAfterDateMs: whole,
  location: text,
};

const KINDS: Readonly<Record<Fault['kind'], KindFields>> = {
  delay: { needed: ['delayMs'], fields: {} },
  drop: BROKEN_CONNECTION,
  reset: BROKEN_CONNECTION,
  hang: BROKEN_CONNECTION,
  status: { needed: ['status'], fields: STATUS_FIELDS },
  html: { needed: [], fields: { status: oneOf(200, 500) } },
  truncated: NO_FIELDS,
  malformed: NO_FIELDS,
  empty: NO_FIELDS,
  'no-instance-id': NO_FIELDS,
  'invalid-token': NO_FIELDS,
  'detail-code': { needed: ['detailCode'], fields: { detailCode: text } },
  'instance-id': { needed: ['length'], fields: { length: whole } },
  trickle: { needed: [], fields: { intervalMs: whole } },
  huge: { needed: [], fields: { bytes: whole } },
  verbatim: { needed: ['body'], fields: { body: text, status, contentType: text } },
};

/** Every kind of fault, with the fields that it needs and takes; for the help text. */
export function describeFaults(): readonly string[] {
  return Object.entries(KINDS).map(([kind, { needed, fields }]) => {
    const optional = Object.keys(fields).filter((name) => !needed.includes(name));
    return [kind, ...needed, ...optional.map((name) => `[${name}]`)].join(' ');
  });
}

/** Reads a fault from JSON that somebody typed. */
export function readFault(json: unknown): FaultInput {
  if (typeof json !== 'object' || json === null || Array.isArray(json)) {
    return { problem: 'A fault is a JSON object such as {"kind":"drop","when":"after-order"}.' };
  }
  const sent = new Map<string, unknown>(Object.entries(json));
  const kind = Object.entries(KINDS).find(([name]) => name === sent.get('kind'))?.[1];
  if (kind === undefined) return { problem: `The kind must be one of ${Object.keys(KINDS).join(', ')}.` };
  const known: Readonly<Record<string, Check>> = { ...SCOPE, ...kind.fields };
  for (const name of kind.needed) {
    if (!sent.has(name)) return { problem: `The field ${name} is missing: ${known[name]?.wanted}.` };
  }
  for (const [name, value] of sent) {
    if (name === 'kind') continue;
    const check = Object.hasOwn(known, name) ? known[name] : undefined;
    if (check === undefined) {
      return { problem: `There is no field ${name}; there are ${Object.keys(known).join(', ')}.` };
    }
    if (!check.holds(value)) return { problem: `The field ${name} must be ${check.wanted}.` };
  }
  // Every field was held against the tables above, which mirror the type.
  return { fault: json as Fault };
}
