import { expect, test } from 'vitest';
import { parseIntelHex } from './intel-hex.ts';

const END = ':00000001FF';

test('puts the bytes where they belong, and leaves the rest erased', () => {
  const flash = parseIntelHex(`:0300020001020AEE\r\n${END}\r\n`, 8);
  expect([...flash]).toEqual([0xff, 0xff, 1, 2, 10, 0xff, 0xff, 0xff]);
});

test.each([
  ['a damaged record', `:0300020001020AEF\n${END}`, 'Line 1 of the hex file has a wrong checksum.'],
  ['a record that was cut', `:03000200010AF0\n${END}`, 'Line 1 of the hex file has another length'],
  ['a file that was cut', ':0300020001020AEE\n', 'it was cut'],
  ['text', 'hello', 'Line 1 of the hex file is no record.'],
  ['a program that is too large', `:0300060001020AEA\n${END}`, 'beyond the end'],
  ['an address beyond 64 KiB', `:020000040001F9\n${END}`, 'of kind 4'],
])('refuses %s', (_, text, words) => {
  expect(() => parseIntelHex(text, 8)).toThrow(words);
});
