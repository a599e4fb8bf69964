/** Writers for the few DER types that a certificate is made of (X.690). Each returns tag, length and content. */

export function derSequence(...items: readonly Buffer[]): Buffer {
  return der(0x30, Buffer.concat(items));
}

export function derSet(...items: readonly Buffer[]): Buffer {
  return der(0x31, Buffer.concat(items));
}

/** A non-negative integer from its big-endian bytes. */
export function derInteger(bytes: Buffer): Buffer {
  const first = bytes.findIndex((byte) => byte !== 0);
  const shortest = first < 0 ? Buffer.of(0) : bytes.subarray(first);
  const isNegative = ((shortest[0] ?? 0) & 0x80) !== 0;
  return der(0x02, isNegative ? Buffer.concat([Buffer.of(0), shortest]) : shortest);
}

export function derBoolean(value: boolean): Buffer {
  return der(0x01, Buffer.of(value ? 0xff : 0));
}

/** @param unusedBits how many of the last byte's low bits do not count. */
export function derBitString(bytes: Buffer, unusedBits = 0): Buffer {
  return der(0x03, Buffer.concat([Buffer.of(unusedBits), bytes]));
}

export function derOctetString(bytes: Buffer): Buffer {
  return der(0x04, bytes);
}

export function derUtf8String(text: string): Buffer {
  return der(0x0c, Buffer.from(text, 'utf8'));
}

/** @param dotted for example `2.5.29.17`. */
export function derObjectId(dotted: string): Buffer {
  const [first = 0, second = 0, ...rest] = dotted.split('.').map(Number);
  return der(0x06, Buffer.from([first * 40 + second, ...rest].flatMap(base128)));
}

/** UTCTime up to 2049, GeneralizedTime from 2050 on (RFC 5280, section 4.1.2.5); whole seconds. */
export function derTime(date: Date): Buffer {
  const digits = date.toISOString().replace(/\.\d+|[-:T]/g, '');
  return date.getUTCFullYear() < 2050
    ? der(0x17, Buffer.from(digits.slice(2), 'ascii'))
    : der(0x18, Buffer.from(digits, 'ascii'));
}

/** A context-specific tag around whole DER items (`constructed`) or in place of a simple type's own. */
export function derContext(tag: number, content: Buffer, constructed: boolean): Buffer {
  return der(0x80 | (constructed ? 0x20 : 0) | tag, content);
}

function der(tag: number, content: Buffer): Buffer {
  return Buffer.concat([Buffer.of(tag), derLength(content.length), content]);
}

function derLength(length: number): Buffer {
  if (length < 0x80) return Buffer.of(length);
  const hex = length.toString(16);
  const bytes = Buffer.from(hex.padStart(hex.length + (hex.length % 2), '0'), 'hex');
  return Buffer.concat([Buffer.of(0x80 | bytes.length), bytes]);
}

function base128(value: number): number[] {
  const bytes = [value & 0x7f];
  for (let rest = value >> 7; rest > 0; rest >>= 7) bytes.unshift((rest & 0x7f) | 0x80);
  return bytes;
}
