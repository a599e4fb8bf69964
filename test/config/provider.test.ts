import { describe, expect, test } from 'vitest';
import { changed, configOf, GOOD_CONFIG } from './good-config.ts';
import { DRS_URL, mistakes, warnings, withSlotLine } from './mistake-rows.ts';

const ALEXA = changed(DRS_URL, '  provider: alexa\n');

const alexaWith = (line: string): string => {
  const [from, to] = withSlotLine(line);
  return ALEXA.replace(from, to);
};

describe('provider alexa', () => {
  test('needs neither url nor token', () => {
    expect(mistakes(ALEXA)).toEqual([]);
    expect(warnings(ALEXA)).toEqual([]);
    expect(configOf(ALEXA).replenish).toMatchObject({
      provider: 'alexa',
      url: null,
      token: { source: 'none' },
      registration: null,
    });
  });

  test('is told slots by their slotId and name where nothing else is given', () => {
    expect(configOf(ALEXA).slots['black']?.inventory).toEqual({
      replenishmentId: 'id-black',
      instance: 'Slot.black',
      measure: { type: 'Percentage' },
      isUseTold: false,
    });
  });

  test.each([
    ['count', { type: 'Count' }],
    ['liter', { type: 'Volume', unit: 'LITER' }],
    ['milliliter', { type: 'Volume', unit: 'MILLILITER' }],
    ['gram', { type: 'Weight', unit: 'GRAM' }],
    ['kilogram', { type: 'Weight', unit: 'KILOGRAM' }],
    ['sheets', { type: 'Percentage' }],
    ['__proto__', { type: 'Percentage' }],
  ])('takes the unit %s for its measure', (unit, measure) => {
    const text = alexaWith(`capacity: { quantity: 12, unit: ${unit} }`);
    expect(configOf(text).slots['black']?.inventory.measure).toEqual(measure);
  });

  test('settings for orders are named as unused, and a unit that means nothing', () => {
    const text =
      `${alexaWith('leadTime: 7d\n    maxOrders: { count: 2, per: 30d }\n    capacity: { quantity: 500, unit: sheets }')}`.replace(
        'provider: alexa\n',
        'provider: alexa\n  url: https://drs.example.net\n  token: { source: file, file: t }\n  duties: { enabled: false }\n',
      );
    expect(mistakes(text)).toEqual([]);
    expect(warnings(text).map((line) => line.split(' ').slice(1, 5).join(' '))).toEqual([
      'replenish.url is not used',
      'replenish.token is not used',
      'replenish.duties.enabled is not used',
      'slots.black.leadTime is not used',
      'slots.black.maxOrders is not used',
      'slots.black.capacity.unit means nothing to',
    ]);
    expect(warnings(text)[1]).toContain('no token is needed');
  });

  test('uses are told as amounts, never in percent', () => {
    expect(mistakes(alexaWith('inventory: { usage: true }'))).toEqual([
      expect.stringMatching(/slots\.black\.inventory\.usage .*not in percent: set capacity .*count, liter/),
    ]);
    expect(mistakes(alexaWith('inventory: { usage: true }\n    capacity: { unit: count }'))).toEqual([]);
  });
});

describe('provider drs', () => {
  test('is the default and needs its url', () => {
    expect(configOf(GOOD_CONFIG).replenish.provider).toBe('drs');
    expect(mistakes(changed(DRS_URL, '  dryRun: true\n'))).toEqual([
      '5:1 replenish.url [] is missing: add for example url: https://dash-replenishment-service-na.amazon.com',
    ]);
  });

  test('has no use for what Alexa would be told', () => {
    expect(warnings(changed(...withSlotLine('inventory: { instance: Ink.Black }')))).toEqual([
      expect.stringMatching(/slots\.black\.inventory is used only with provider: alexa/),
    ]);
  });
});

test('an unknown provider is refused with the known ones', () => {
  expect(mistakes(changed(DRS_URL, '  provider: alexia\n'))).toEqual([
    expect.stringMatching(/replenish\.provider \[alexia\] type alexa/),
  ]);
});
