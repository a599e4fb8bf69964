import type { Chance } from './chance.ts';

/** How often a thing goes wrong that is asked about at each opportunity: a probability. */
const PER_OPPORTUNITY = {
  // One Replenish request.
  'request not sent': 0.1,
  'request lost': 0.08,
  'answer lost': 0.12,
  'request recorded late': 0.03,
  'answer slow': 0.1,
  'server error': 0.07,
  'busy with Retry-After': 0.05,
  throttled: 0.04,
  'token refused for no reason': 0.02,
  'refused for no reason': 0.02,
  'answer unreadable': 0.03,
  'answer of unknown code': 0.03,
  'answer empty': 0.02,
  'answer cut off': 0.02,
  // One request for a token.
  'token never sent': 0.1,
  'token late': 0.1,
  'token bad': 0.06,
  'token not a token': 0.02,
  'token sent twice': 0.05,
  // One call to DRS that is no order.
  'duty goes wrong': 0.1,
  // One publish.
  'PUBACK lost': 0.01,
  'publish refused': 0.01,
  // One commit or removal.
  'disk refuses': 0.01,
  // One reading.
  outlier: 0.002,
  sentinel: 0.003,
  // One notification.
  'notification late': 0.15,
  'notification twice': 0.1,
  'notification lost': 0.05,
  // One order.
  'order in resolution': 0.08,
  'order cancelled': 0.08,
  'order cancelled at once': 0.03,
  // One boot.
  'boot without a date': 0.5,
  // The process dies at one of the places between two effects.
  'death before commit': 0.015,
  'death in commit': 0.015,
  'death after commit': 0.015,
  'death before send': 0.015,
  'death after send': 0.02,
  'death before answer': 0.02,
  'death before publish': 0.01,
  'death after publish': 0.01,
  'death before remove': 0.01,
  'death after remove': 0.01,
} as const;

/** How often a day a thing goes wrong by itself. */
const PER_DAY = {
  'DRS away': 0.08,
  'broker away': 0.06,
  'cloud silent': 0.04,
  'token revoked': 0.05,
  unsubscribed: 0.01,
  'power cut': 0.08,
  crash: 0.15,
  'orderly restart': 0.05,
  'disk full': 0.03,
  'state lost': 0.004,
  'record damaged': 0.004,
  'clock wrong': 0.03,
  'sensor stuck': 0.02,
  'sensor noisy': 0.02,
  'sensor unplugged': 0.15,
  'sensor sees nothing': 0.08,
  'refill by hand': 0.02,
} as const;

export type Opportunity = keyof typeof PER_OPPORTUNITY;
export type DailyFault = keyof typeof PER_DAY;
export type FaultKind = Opportunity | DailyFault;
export type FaultRates = ReadonlyMap<FaultKind, number>;

export const FAULT_KINDS: readonly FaultKind[] = [...keysOf(PER_OPPORTUNITY), ...keysOf(PER_DAY)];

/** Shares of devices: kinds of trouble meet most easily on a device that is spared the others. */
const CALM_SHARE = 0.1;
const KIND_SHARE = 0.55;

/**
 * What a device suffers from. Not every device suffers from everything: a calm one shows that nothing is forgotten, a
 * rough one that nothing is bought twice.
 */
export function drawRates(chance: Chance): FaultRates {
  const isCalm = chance.happens(CALM_SHARE);
  return new Map(
    FAULT_KINDS.map((kind): [FaultKind, number] => {
      const usual = { ...PER_OPPORTUNITY, ...PER_DAY }[kind];
      const isSuffered = chance.happens(KIND_SHARE);
      const strength = chance.magnitude(0.3, 3);
      return [kind, isCalm || !isSuffered ? 0 : Math.min(0.9, usual * strength)];
    }),
  );
}

function keysOf<Key extends string>(table: Readonly<Record<Key, number>>): readonly Key[] {
  return Object.keys(table) as Key[];
}
