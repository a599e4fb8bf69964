/*
 * Modbus RTU, after the Modbus Application Protocol V1.1b3 and Modbus over Serial Line V1.02: unit, function, data, then
 * the CRC, low byte first.
 */

/** Reads registers: 3 holding registers, 4 input registers. */
export type ReadFunction = 3 | 4;

export type ReadRequest = {
  /** Address of the device on the bus. */
  readonly unit: number;
  readonly function: ReadFunction;
  /** First register, as on the wire, counted from 0. */
  readonly register: number;
  readonly registers: 1 | 2;
};

export type Answer =
  /** What has arrived is no answer to this request, or not the whole of it. */
  | { readonly kind: 'none' }
  | { readonly kind: 'registers'; readonly data: Buffer }
  /** The device refuses; `code` as in the specification. */
  | { readonly kind: 'exception'; readonly code: number };

/** Bytes of a request, which an adapter that hears itself sends back. */
export const REQUEST_BYTES = 8;
const EXCEPTION_BYTES = 5;
const EXCEPTION_FLAG = 0x80;
const CRC_START = 0xffff;
const CRC_POLYNOMIAL = 0xa001;

/** PURE. CRC-16 of Modbus over `length` bytes from `start`. */
export function crc16(bytes: Uint8Array, start: number, length: number): number {
  let crc = CRC_START;
  for (let at = start; at < start + length; at += 1) {
    crc ^= bytes[at] ?? 0;
    for (let bit = 0; bit < 8; bit += 1) crc = (crc & 1) === 1 ? (crc >>> 1) ^ CRC_POLYNOMIAL : crc >>> 1;
  }
  return crc;
}

/** PURE. The bytes of a request. */
export function requestBytes({ unit, function: code, register, registers }: ReadRequest): Buffer {
  const bytes = Buffer.alloc(REQUEST_BYTES);
  bytes.writeUInt8(unit, 0);
  bytes.writeUInt8(code, 1);
  bytes.writeUInt16BE(register, 2);
  bytes.writeUInt16BE(registers, 4);
  bytes.writeUInt16LE(crc16(bytes, 0, REQUEST_BYTES - 2), REQUEST_BYTES - 2);
  return bytes;
}

/** PURE. Bytes of the answer to a request, when it is not refused. */
export function answerBytes({ registers }: ReadRequest): number {
  return 5 + 2 * registers;
}

/**
 * PURE. Looks for the answer in all that has arrived since the request. Noise before it, the echo of the request, and
 * answers of other units are passed over, byte by byte; the CRC decides.
 */
export function findAnswer(received: Buffer, request: ReadRequest): Answer {
  const echo = requestBytes(request);
  let at = 0;
  while (at < received.length) {
    // Also of an echo that has not arrived whole: the first 7 bytes of 04 03 02 B0 00 01 84 00 are a perfect answer.
    const next = received.subarray(at, at + REQUEST_BYTES);
    if (echo.subarray(0, next.length).equals(next)) at += REQUEST_BYTES;
    else {
      const answer = answerAt(received, at, request);
      if (answer !== null) return answer;
      at += 1;
    }
  }
  return { kind: 'none' };
}

function answerAt(received: Buffer, at: number, request: ReadRequest): Answer | null {
  if (received[at] !== request.unit) return null;
  const whole = answerBytes(request);
  if (received[at + 1] === (request.function | EXCEPTION_FLAG) && isWhole(received, at, EXCEPTION_BYTES)) {
    return { kind: 'exception', code: received[at + 2] ?? 0 };
  }
  const isRead = received[at + 1] === request.function && received[at + 2] === 2 * request.registers;
  if (!isRead || !isWhole(received, at, whole)) return null;
  return { kind: 'registers', data: received.subarray(at + 3, at + whole - 2) };
}

function isWhole(received: Buffer, at: number, length: number): boolean {
  if (received.length - at < length) return false;
  return crc16(received, at, length - 2) === received.readUInt16LE(at + length - 2);
}
