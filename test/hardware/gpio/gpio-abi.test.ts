import { spawnSync } from 'node:child_process';
import { expect, test } from 'vitest';
import {
  decodeChipInfo,
  decodeLineInfo,
  decodeLineValues,
  emptyChipInfo,
  encodeLineInfo,
  encodeLineRequest,
  encodeLineValues,
  GET_CHIP_INFO,
  GET_LINE_INFO,
  GET_VALUES,
  grantedDescriptor,
  LINES_PER_REQUEST_MAX,
  type LineRequest,
  REQUEST_LINES,
} from '../../../hardware/gpio/gpio-abi.ts';
import { compileC } from '../../support/compile-c.ts';

const PLAIN: LineRequest = {
  offsets: [17, 27, 22],
  consumer: 'replenish-agent',
  isActiveLow: false,
  bias: null,
  wantsEdges: false,
  debounceMs: 0,
};

test("the bytes for the kernel are those that the kernel's own header makes", () => {
  const { stdout } = spawnSync(compileC('test/hardware/gpio/abi.c', 'program'), { encoding: 'utf8' });
  const said = new Map(
    stdout
      .trim()
      .split('\n')
      .map((line) => [line.split(' ', 1)[0], line.split(' ')[1] ?? '']),
  );
  const told = (name: string) => Buffer.from(said.get(name) ?? '', 'hex');
  expect(said.size).toBe(17);
  const numbers = { GET_CHIP_INFO, GET_LINE_INFO, REQUEST_LINES, GET_VALUES, LINES_PER_REQUEST_MAX };
  expect(numbers).toEqual({
    GET_CHIP_INFO: Number(said.get('getChipInfo')),
    GET_LINE_INFO: Number(said.get('getLineInfo')),
    REQUEST_LINES: Number(said.get('requestLines')),
    GET_VALUES: Number(said.get('getValues')),
    LINES_PER_REQUEST_MAX: Number(said.get('linesPerRequestMax')),
  });

  expect(emptyChipInfo()).toHaveLength(told('chipInfo').length);
  expect(decodeChipInfo(told('chipInfo'))).toEqual({
    name: 'gpiochip0',
    label: 'pinctrl-bcm2711',
    lines: 58,
  });
  expect(encodeLineInfo(17)).toEqual(told('askedLine'));
  const used = { name: 'a name that fills all its room!!', consumer: 'led0', isUsed: true };
  expect(decodeLineInfo(told('usedLine'))).toEqual(used);
  expect(decodeLineInfo(told('freeLine'))).toEqual({ ...used, isUsed: false });

  const full = { ...PLAIN, isActiveLow: true, bias: 'pull-up', wantsEdges: true, debounceMs: 20 } as const;
  expect(encodeLineRequest(PLAIN)).toEqual(told('plainRequest'));
  expect(encodeLineRequest(full)).toEqual(told('fullRequest'));
  expect(encodeLineRequest({ ...PLAIN, bias: 'pull-down' })).toEqual(told('pullDownRequest'));
  expect(encodeLineRequest({ ...PLAIN, bias: 'disabled' })).toEqual(told('unbiasedRequest'));
  expect(grantedDescriptor(told('grantedRequest'))).toBe(42);
  expect(encodeLineValues(3)).toEqual(told('askedValues'));
  expect(decodeLineValues(told('toldValues'), 3)).toEqual([true, false, true]);
});

test('a request holds 64 lines, and a long consumer name is cut', () => {
  const offsets = Array.from({ length: LINES_PER_REQUEST_MAX }, (_, index) => index);
  const bytes = encodeLineRequest({ ...PLAIN, offsets, consumer: 'x'.repeat(100), debounceMs: 1 });
  expect(bytes.readUInt32LE(63 * 4)).toBe(63);
  expect(bytes.toString('latin1', 256, 288)).toBe(`${'x'.repeat(31)}\0`);
  expect(bytes.readBigUInt64LE(336)).toBe(0xffff_ffff_ffff_ffffn);
  expect(encodeLineValues(64).readBigUInt64LE(8)).toBe(0xffff_ffff_ffff_ffffn);
});
