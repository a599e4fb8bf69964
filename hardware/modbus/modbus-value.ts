/** How a number lies in registers. */
export type RegisterType = 'int16' | 'uint16' | 'int32' | 'uint32' | 'float32';

/** Which of two registers comes first; the specification leaves that to the maker. */
export type WordOrder = 'high-first' | 'low-first';

/** Registers that a type takes. */
export const REGISTERS: Readonly<Record<RegisterType, 1 | 2>> = {
  int16: 1,
  uint16: 1,
  int32: 2,
  uint32: 2,
  float32: 2,
};

/** PURE. The number in the data of an answer; null for a float that is none (NaN, infinity) and for data too short. */
export function registerValue(data: Buffer, type: RegisterType, wordOrder: WordOrder): number | null {
  if (data.length < 2 * REGISTERS[type]) return null;
  switch (type) {
    case 'int16':
      return data.readInt16BE(0);
    case 'uint16':
      return data.readUInt16BE(0);
    case 'int32':
      return highFirst(data, wordOrder).readInt32BE(0);
    case 'uint32':
      return highFirst(data, wordOrder).readUInt32BE(0);
    case 'float32': {
      const value = highFirst(data, wordOrder).readFloatBE(0);
      return Number.isFinite(value) ? value : null;
    }
  }
}

/** PURE. 235 times 0.1 is 23.5, not 23.500000000000004: no sensor has more than 12 digits. */
export function scaled(value: number, scale: number): number {
  return Number((value * scale).toPrecision(12));
}

function highFirst(data: Buffer, wordOrder: WordOrder): Buffer {
  return wordOrder === 'high-first' ? data : Buffer.concat([data.subarray(2, 4), data.subarray(0, 2)]);
}
