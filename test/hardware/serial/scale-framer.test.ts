import { describe, expect, test } from 'vitest';
import { createScaleFramer, readScaleLine } from '../../../hardware/serial/scale-framer.ts';

function grams(text: string): readonly number[] {
  const framer = createScaleFramer();
  framer.push(Buffer.from('\r\n'));
  return framer.push(Buffer.from(text)).values.map(({ raw }) => raw);
}

describe('a scale', () => {
  test.each([
    // Selleton SL-7516, p. 18: S1,S2,S3 data S4.
    ['Selleton, gross', 'ST,GS,+  12.300kg\r\n', 12_300],
    ['Selleton, net and negative', 'ST,NT,-   0.005kg\r\n', -5],
    ['Selleton, pounds', 'ST,GS,+     2.5lb\r\n', 1133.980925],
    // Tiger TI-02-P, p. 21: sign or space, seven characters, a comma before a unit of two.
    ['Tiger, kg', 'ST,GS   1.500,kg\r\n', 1500],
    ['Tiger, grams', 'ST,NT-    250, g\r\n', -250],
    ['Tiger, ounces', 'ST,GS     10,oz\r\n', 283.495231],
    // KERN SFB and KFB-TM, continuous output.
    ['KERN', 'ST,GS 1.000KG\r\n', 1000],
    ['no commas at all', 'ST GS + 0.75 kg\n', 750],
    ['nothing at all', 'ST,GS,+   0.000kg\r\n', 0],
    ['minus nothing', 'ST,GS,-   0.000kg\r\n', 0],
    ['a weight that binary fractions cannot hold', 'ST,GS,+   2.300kg\r\n', 2300],
  ])('%s', (_, line, expected) => {
    expect(grams(line)).toEqual([expected]);
    expect(Object.is(grams(line)[0], -0)).toBe(false);
  });

  test.each([
    ['US,GS,+  12.300kg', 'does not come to rest'],
    ['US,NT,- 0.1kg', 'does not come to rest'],
    ['OL,GS,+  60.000kg', 'overload'],
    ['OL,GS,  --------kg', 'overload'],
    ['OL', 'overload'],
  ])('%s is a good frame without a value', (line, because) => {
    expect(readScaleLine(line)).toEqual({ kind: 'empty', because: expect.stringContaining(because) });
  });

  test.each([
    'ST,GS,+  12.300',
    'ST,GS,+  12.3.0kg',
    'ST,GS,+  12,300kg',
    'ST,GS,+  kg',
    'ST,GS,+  1ST,GS,+  12.300kg',
    'T,GS,+  12.300kg',
    'ST,GS,+  12.300kgs',
    'ST,TR,+  12.300kg',
    'ST,GS,+-  12.300kg',
    'ST,GS,+  1 2.300kg',
    'ST,GS,+  12345678901.0kg',
    'OLD,GS,+ 1kg',
    '12.300kg',
    '',
  ])('"%s" is no weight', (line) => {
    expect(readScaleLine(line)).toEqual({ kind: 'bad' });
  });

  test('is not believed before the start of a line was seen', () => {
    const { values, badFrames } = createScaleFramer().push(Buffer.from('2.300kg\r\nST,GS,+   1.000kg\r\n'));
    expect([values.map(({ raw }) => raw), badFrames]).toEqual([[1000], 0]);
  });
});
