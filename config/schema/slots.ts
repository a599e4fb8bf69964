import * as v from 'valibot';
import { calibrationSchema } from './calibration.ts';
import { group } from './group.ts';
import { inventorySchema, MEASURE_WORDS, measureOf } from './inventory.ts';
import { atMost } from './list.ts';
import { named } from './named.ts';
import { field } from './notes.ts';
import { duration, level } from './quantities.ts';
import { rule } from './rule.ts';
import { anyText, name, number, text, wholeNumber } from './scalars.ts';

function sentinels() {
  return v.optional(
    v.pipe(
      v.array(number(), 'a list of numbers is expected: type for example [-1, 65535]'),
      atMost(64, 'at most 64 values can be listed here'),
    ),
    [],
  );
}

const valid = v.pipe(
  group({
    min: field(v.optional(number()), {
      description: 'Raw values below are never believed.',
      examples: [0],
      unit: 'raw',
    }),
    max: field(v.optional(number()), {
      description: 'Raw values above are never believed.',
      examples: [1023],
      unit: 'raw',
    }),
    sentinels: field(sentinels(), {
      description: 'Raw values by which the sensor says that it has none; never believed.',
      examples: [[-1, 65535]],
      unit: 'raw',
    }),
  }),
  rule(({ min, max }, misfit) => {
    if (min === undefined || max === undefined || min < max) return;
    misfit([['min'], ['max']], `min (${min}) must be below max (${max})`);
  }),
);

const sensor = group({
  from: field(name(), { description: 'Name of an entry under hardware.', examples: ['board'] }),
  channel: field(
    v.optional(
      v.pipe(
        v.union([text(255), number()], 'a text or a number is expected: type for example "1"'),
        v.transform((channel) => String(channel)),
      ),
    ),
    {
      description:
        'Which of the values of that hardware, where it delivers several: what that is, is told with its driver.',
      examples: ['1'],
    },
  ),
});

const filter = group({
  median: field(v.optional(wholeNumber(1, 99), 5), {
    description: 'The level is the median of this many readings; 1 takes each as it comes.',
    unit: 'readings',
    range: '1 to 99',
  }),
  maxNoise: field(v.optional(level(0, 100), '15%'), {
    description:
      'Readings that jump to and fro by more than this make the level unknown: 7 such swings, up or down, within the last 15 good readings (in proportion before there are 15), until no more than 2 are left. One odd reading is 2 swings, a refill or a drain is 1. Not judged where a single reading is acted on, with `median: 1` and `confirm.samples: 1`.',
  }),
  maxRate: field(v.optional(level(0.01, 100), '40%'), {
    description:
      'No container fills or drains by more than this within a second. After a faster change nothing is confirmed before all readings of the median agree on the new level, within maxNoise.',
    range: '0.01% to 100%',
  }),
});

const confirm = group({
  samples: field(v.optional(wholeNumber(1, 1000), 5), {
    description: 'So many readings in a row must agree before low, or refilled, is believed.',
    unit: 'readings',
    range: '1 to 1000',
  }),
  for: field(v.optional(duration('0s', '1d'), '30s'), {
    description: 'And they must have agreed for this long.',
  }),
});

const maxOrders = group({
  count: field(wholeNumber(1, 100), {
    description: 'So many orders at the most.',
    examples: [2],
    unit: 'orders',
    range: '1 to 100',
  }),
  per: field(duration('1s', '366d'), {
    description: 'Within any stretch of this length.',
    examples: ['30d'],
  }),
});

const capacity = group({
  quantity: field(
    v.optional(
      v.pipe(
        number(),
        v.check(
          (value) => value > 0 && value <= 1_000_000,
          'a number above 0 and at most 1000000 is expected',
        ),
      ),
      100,
    ),
    {
      description: 'What a full container holds, in the unit.',
      examples: [100],
      unit: 'of capacity.unit',
      range: 'above 0 to 1000000',
    },
  ),
  unit: field(v.optional(text(32), 'percent'), {
    description: `The unit that was agreed with Amazon for the device. DRS is not sent it; with \`provider: alexa\` it is one of ${MEASURE_WORDS}.`,
    examples: ['count'],
  }),
});

const slot = v.pipe(
  group({
    slotId: field(anyText(255), {
      description: 'Id of the slot in the Dash Replenishment Service, exactly as it was registered.',
      examples: ['4c8746c0-91cf-40ac-a001-daca4ab0aa1c'],
      range: '1 to 255 characters',
    }),
    name: field(v.optional(text(255)), {
      description: 'Name of the slot for people.',
      examples: ['Black ink'],
    }),
    sensor: field(sensor, {
      description: 'Where the readings come from.',
      examples: [{ from: 'board', channel: '1' }],
    }),
    calibration: field(calibrationSchema, {
      description:
        'Which raw values mean empty and full; `empty` may be the larger one. Or `points: [[raw, percent], ...]` for a container that is not straight.',
      examples: [{ empty: 120, full: 880 }],
    }),
    valid: field(v.optional(valid, {}), {
      description:
        'Raw values that cannot be: out of range, or listed in `sentinels`. A level from them is unknown, never empty.',
      examples: [{ min: 0, max: 1023, sentinels: [-1] }],
    }),
    sentinels: field(sentinels(), {
      description: 'The same as `sentinels` within `valid`.',
      isUnlisted: true,
      examples: [[-1]],
      unit: 'raw',
    }),
    filter: field(v.optional(filter, {}), { description: 'Against noise.' }),
    staleAfter: field(v.optional(duration('100ms', '7d'), '60s'), {
      description: 'Without a reading for this long the level is unknown.',
    }),
    stuckAfter: field(v.optional(duration('1m', '365d')), {
      description:
        'A warning on the slot when the raw value has not changed at all for this long: a cut wire, a stuck float. It stops no order. Without it there is no such warning.',
      examples: ['14d'],
    }),
    capacity: field(v.optional(capacity, {}), {
      description: 'In what quantity Amazon is told the level.',
    }),
    inventory: field(v.optional(inventorySchema, {}), {
      description: 'What Alexa is told of the slot beside its level.',
      examples: [{ replenishmentId: 'amzn1.dash.replenishment.4c8746c0', instance: 'InkSensor.Black' }],
    }),
    reorderAt: field(v.optional(level(0, 99.999999), '20%'), {
      description: 'An order is due at this level and below.',
      range: '0% to below rearmAt',
    }),
    rearmAt: field(v.optional(level(0, 100), '60%'), {
      description: 'The slot counts as refilled, and may be ordered for again, at this level and above.',
      range: 'above reorderAt to 100%',
    }),
    confirm: field(v.optional(confirm, {}), {
      description: 'What it takes to believe low, or refilled. Both must hold.',
    }),
    leadTime: field(v.optional(duration('1m', '365d')), {
      description:
        'Also order when the forecast says empty within this time, once the level is 10 % and more below rearmAt.',
      examples: ['7d'],
    }),
    maxOrders: field(v.optional(maxOrders), {
      description: 'A budget: beyond it the slot is held and reported. Without it there is none.',
      examples: [{ count: 2, per: '30d' }],
    }),
  }),
  rule(({ reorderAt, rearmAt }, misfit) => {
    if (reorderAt === undefined || rearmAt === undefined || reorderAt < rearmAt) return;
    misfit(
      [['reorderAt'], ['rearmAt']],
      `reorderAt (${reorderAt}%) must be below rearmAt (${rearmAt}%): lower reorderAt or raise rearmAt`,
    );
  }),
  rule(({ inventory, capacity }, misfit) => {
    if (inventory?.usage !== true || capacity?.unit === undefined) return;
    const measure = measureOf(capacity.unit);
    if (measure !== null && measure.type !== 'Percentage') return;
    misfit(
      [['inventory', 'usage']],
      `a use is told as an amount, and not in ${capacity.unit}: set capacity to what a full container holds, its unit one of ${MEASURE_WORDS}`,
    );
  }),
);

export const slotsSchema = field(named(field(slot, { description: 'One slot.' })), {
  entryName: 'black',
  description:
    'The slots that are watched and ordered for, each under a name of your choice that becomes part of its topics.',
});
