import { expect, test } from 'vitest';
import { Atmega328 } from './atmega328.ts';
import { ownFirmware } from './firmware.ts';
import { Hx711 } from './hx711.ts';

/** Ten values a second; the first needs a moment. */
const ONE_VALUE_MS = 130;

test.each([0, 1, -1, 8_421, -8_421, 8_388_607, -8_388_608])(
  'the firmware prints %i as it was measured',
  (counts) => {
    const chip = new Atmega328(ownFirmware('load-cell'));
    const cell = new Hx711(chip, 2, 3);
    cell.weigh(counts);
    chip.run(ONE_VALUE_MS);
    expect(chip.takeSent().toString()).toBe(`slot=1 raw=${counts}\r\n`);
  },
);

test('the firmware follows the weight at ten values a second, and starts anew after a reset', () => {
  const chip = new Atmega328(ownFirmware('load-cell'));
  const cell = new Hx711(chip, 2, 3);
  cell.weigh(5);
  chip.run(ONE_VALUE_MS);
  chip.takeSent();
  cell.weigh(6);
  chip.run(1_000);
  const lines = chip.takeSent().toString().trim().split('\r\n');
  expect(lines.length).toBeGreaterThanOrEqual(8);
  expect(lines.length).toBeLessThanOrEqual(10);
  expect(new Set(lines.slice(1))).toEqual(new Set(['slot=1 raw=6']));
  chip.reset();
  cell.powerUp();
  chip.run(ONE_VALUE_MS);
  expect(chip.takeSent().toString()).toBe('slot=1 raw=6\r\n');
});

test('the same inputs give the same bytes at the same time', () => {
  const runs = [1, 2].map(() => {
    const chip = new Atmega328(ownFirmware('load-cell'));
    new Hx711(chip, 2, 3).weigh(77);
    const sent: string[] = [];
    for (let step = 0; step < 50; step += 1) {
      chip.run(7);
      sent.push(chip.takeSent().toString('hex'));
    }
    return sent;
  });
  expect(runs[0]).toEqual(runs[1]);
});
