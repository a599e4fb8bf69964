import * as v from 'valibot';
import { describe, expect, test } from 'vitest';
import { finiteNumber, jsonObject, jsonRecord } from '../../config/json-value.ts';

const read = <Value>(schema: v.GenericSchema<unknown, Value>, json: string): Value | 'refused' => {
  const parsed = v.safeParse(schema, JSON.parse(json));
  return parsed.success ? parsed.output : 'refused';
};

test.each(['1e999', '-1e999', '"1"', 'null'])('%s is no finite number', (json) => {
  expect(read(finiteNumber, json)).toBe('refused');
});

test.each(['[]', '[{}]', 'null', '"text"', '1'])('%s is no object', (json) => {
  expect(read(jsonObject, json)).toBe('refused');
  expect(read(jsonRecord(v.string(), v.unknown()), json)).toBe('refused');
});

describe('a record', () => {
  const flags = jsonRecord(v.pipe(v.string(), v.minLength(1)), v.object({ on: v.boolean() }));

  test('holds what is called prototype and constructor, each read by the schema', () => {
    const json = '{"prototype":{"on":true,"more":1},"constructor":{"on":true}}';
    expect(JSON.stringify(read(flags, json))).toBe('{"prototype":{"on":true},"constructor":{"on":true}}');
  });

  test('leaves out what is called __proto__, and inherits nothing from it', () => {
    const record = read(flags, '{"__proto__":{"on":true},"a":{"on":false}}');
    expect(record).toEqual({ a: { on: false } });
    expect(Object.getPrototypeOf(record)).toBe(Object.prototype);
  });

  test('is refused as a whole for one name or one value', () => {
    expect(read(flags, '{"a":{"on":true},"":{"on":true}}')).toBe('refused');
    expect(read(flags, '{"a":{"on":true},"b":{"on":1}}')).toBe('refused');
  });
});
