import { expect, test } from 'vitest';
import {
  derBitString,
  derBoolean,
  derContext,
  derInteger,
  derObjectId,
  derOctetString,
  derSequence,
  derTime,
} from './der.ts';

test.each([
  ['zero', derInteger(Buffer.of(0)), '020100'],
  ['an integer whose top bit would make it negative', derInteger(Buffer.of(0x80)), '02020080'],
  ['an integer with zeros in front', derInteger(Buffer.of(0, 0, 0x7f)), '02017f'],
  ['true', derBoolean(true), '0101ff'],
  ['a bit string', derBitString(Buffer.of(6), 1), '03020106'],
  ['an object id with large arcs', derObjectId('1.2.840.10045.4.3.2'), '06082a8648ce3d040302'],
  ['a time before 2050', derTime(new Date('2026-01-02T03:04:05.678Z')), '170d3236303130323033303430355a'],
  ['a time from 2050 on', derTime(new Date('2050-01-01T00:00:00Z')), '180f32303530303130313030303030305a'],
  ['a context tag of its own', derContext(2, Buffer.from('a'), false), '820161'],
  ['a context tag around an item', derContext(3, derBoolean(false), true), 'a303010100'],
  ['an empty sequence', derSequence(), '3000'],
])('%s is written as X.690 demands', (_, bytes, hex) => {
  expect(bytes.toString('hex')).toBe(hex);
});

test.each([
  [0x7f, '047f'],
  [0x80, '048180'],
  [0x1234, '04821234'],
])('a length of %i takes as few bytes as possible', (length, head) => {
  const bytes = derOctetString(Buffer.alloc(length));
  expect(bytes.toString('hex', 0, head.length / 2)).toBe(head);
  expect(bytes).toHaveLength(head.length / 2 + length);
});
