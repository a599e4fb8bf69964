import * as v from 'valibot';
import { group } from './group.ts';
import { field } from './notes.ts';
import { anyText, text, trueOrFalse } from './scalars.ts';

/** How an amount is told to Alexa (docs/device-apis/alexa-inventorylevelsensor.html). */
export type Measure =
  | { readonly type: 'Percentage' | 'Count' }
  | { readonly type: 'Volume' | 'Weight'; readonly unit: string };

const MEASURES: Readonly<Record<string, Measure>> = {
  percent: { type: 'Percentage' },
  count: { type: 'Count' },
  liter: { type: 'Volume', unit: 'LITER' },
  milliliter: { type: 'Volume', unit: 'MILLILITER' },
  gram: { type: 'Weight', unit: 'GRAM' },
  kilogram: { type: 'Weight', unit: 'KILOGRAM' },
  ounce: { type: 'Weight', unit: 'OUNCE' },
  pound: { type: 'Weight', unit: 'POUND' },
};

/** The words for `capacity.unit` that mean something to Alexa. */
export const MEASURE_WORDS = Object.keys(MEASURES).join(', ');

/** The measure that a unit stands for; null for a unit that Alexa does not know. */
export function measureOf(unit: string): Measure | null {
  return Object.hasOwn(MEASURES, unit) ? (MEASURES[unit] ?? null) : null;
}

/** What Alexa is told of a slot beside its level. */
export const inventorySchema = group({
  replenishmentId: field(v.optional(anyText(255)), {
    description:
      'Id that Amazon gave for the slot when the device was registered for Dash Replenishment through Alexa. Without it slotId. Only with `provider: alexa`, as all that follows.',
    examples: ['amzn1.dash.replenishment.4c8746c0'],
    range: '1 to 255 characters',
  }),
  instance: field(v.optional(text(64)), {
    description:
      "Name of the slot's sensor at Alexa; it has to stay the same. Without it `Slot.` and the name of the slot.",
    examples: ['InkSensor.Black'],
  }),
  usage: field(v.optional(trueOrFalse(), false), {
    description:
      'Also tells each use, as an amount. Amazon then orders by the uses and no longer by the level; capacity.unit has to be other than percent.',
  }),
});
