import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { isoTime } from '../../agent/system/iso-instant.ts';

describe('a time as ISO 8601', () => {
  it('is what the date itself would say', () => {
    fc.assert(
      fc.property(fc.date({ noInvalidDate: true }), (at) => {
        expect(isoTime(at.getTime())).toBe(at.toISOString());
      }),
      {
        numRuns: 2_000,
        examples: [-1, 0, 951_782_400_000, -62_167_219_200_000, -62_167_219_200_001, 253_402_300_799_999].map(
          (wallMs) => [new Date(wallMs)] as [Date],
        ),
      },
    );
  });

  it('does not exist for a time that no date can hold', () => {
    expect(() => isoTime(Number.NaN)).toThrow(RangeError);
    expect(() => isoTime(8.64e15 + 1)).toThrow(RangeError);
  });
});
