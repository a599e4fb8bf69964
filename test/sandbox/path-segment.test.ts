import fc from 'fast-check';
import { expect, test } from 'vitest';
import { readPathSegment } from './path-segment.ts';

const anyText = fc.string({ unit: 'binary', minLength: 1 });

test('what encodeURIComponent makes is always right, and read back', () => {
  fc.assert(
    fc.property(anyText, (value) => {
      expect(readPathSegment(encodeURIComponent(value))).toEqual({ value, complaint: null });
    }),
  );
});

test('what escapes every reserved character is right too', () => {
  const encode = (value: string): string =>
    encodeURIComponent(value).replace(
      /[!'()*]/g,
      (character) => `%${character.charCodeAt(0).toString(16).toUpperCase()}`,
    );
  fc.assert(
    fc.property(fc.string({ unit: fc.constantFrom(...`!'()*aä/ %`), minLength: 1 }), (value) => {
      expect(readPathSegment(encode(value))).toEqual({ value, complaint: null });
    }),
  );
});

test('a character that needs an escape and has none is a complaint', () => {
  fc.assert(
    fc.property(fc.constantFrom(...' "#$&+,/:;<=>?@[\\]^`{|}ä'), (character) => {
      expect(readPathSegment(`a${character}b`).complaint).toContain(encodeURIComponent(character));
    }),
  );
});

test('any text at all is read without a failure', () => {
  fc.assert(
    fc.property(anyText, (raw) => {
      const { value, complaint } = readPathSegment(raw);
      expect(complaint === null ? encodeURIComponent(value) : complaint).toBeTypeOf('string');
    }),
  );
});
