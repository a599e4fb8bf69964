import type { Config } from '../config.ts';
import type { Doubt } from '../warnings.ts';
import { MEASURE_WORDS, measureOf } from './inventory.ts';

/** Settings of `replenish` that only say something where this device orders. */
const FOR_ORDERS = [
  'url',
  'allowInsecure',
  'caFile',
  'token',
  'registration',
  'inDoubtWindow',
  'retry',
  'timeouts',
] as const;

/** And of a slot. */
const FOR_ORDERS_OF_SLOT = ['leadTime', 'maxOrders'] as const;

const BY_AMAZON =
  'is not used with provider: alexa, where Amazon orders and no token is needed: take it out, or set provider: drs';

/** PURE. What stands in the file and means nothing to the provider that is chosen. `value` is the file as plain data. */
export function findUnused(config: Config, value: unknown): readonly Doubt[] {
  const slots = Object.entries(config.slots);
  if (config.replenish.provider === 'drs') {
    const message = 'is used only with provider: alexa';
    const paths = slots.map(([name]) => ['slots', name, 'inventory']);
    return paths.filter((path) => isGiven(value, path)).map((path) => ({ path, message }));
  }
  const paths = [
    ...FOR_ORDERS.map((key) => ['replenish', key]),
    ['replenish', 'duties', 'enabled'],
    ['mqtt', 'registration'],
    ...slots.flatMap(([name]) => FOR_ORDERS_OF_SLOT.map((key) => ['slots', name, key])),
  ];
  const unused = paths
    .filter((path) => isGiven(value, path))
    .map((path) => ({ path, message: path[1] === 'duties' ? ALWAYS_TOLD : BY_AMAZON }));
  const untold = slots
    .filter(([, { capacity }]) => measureOf(capacity.unit) === null)
    .map(([name]) => ({ path: ['slots', name, 'capacity', 'unit'], message: UNKNOWN_UNIT }));
  return [...unused, ...untold];
}

const ALWAYS_TOLD =
  'is not used with provider: alexa, which is told the inventory in any case; dryRun: true silences it';

const UNKNOWN_UNIT = `means nothing to Alexa, which is told the level in percent: type one of ${MEASURE_WORDS} to be told amounts`;

function isGiven(value: unknown, [key, ...rest]: readonly string[]): boolean {
  if (key === undefined) return true;
  if (typeof value !== 'object' || value === null || !Object.hasOwn(value, key)) return false;
  return isGiven(Reflect.get(value, key), rest);
}
