/*
 * PURE: the GPIO character device's uAPI v2 as bytes, after the kernel's include/uapi/linux/gpio.h (5.10 and newer).
 * Every field has a fixed width and a fixed place, the same on 32 and 64 bits, so that no compiler has to be asked.
 * Numbers are little-endian, as on every architecture that the agent ships for.
 */

/** ioctl numbers: direction << 30 | size << 16 | 0xB4 << 8 | number (include/uapi/asm-generic/ioctl.h). */
export const GET_CHIP_INFO = 0x8044b401;
export const GET_LINE_INFO = 0xc100b405;
export const REQUEST_LINES = 0xc250b407;
export const GET_VALUES = 0xc010b40e;

/** sizeof(struct gpio_v2_line_event): one edge, as it is read from the descriptor of requested lines. */
export const LINE_EVENT_BYTES = 48;

/** So many lines at the most go into one request. */
export const LINES_PER_REQUEST_MAX = 64;

const CHIP_INFO_BYTES = 68;
const LINE_INFO_BYTES = 256;
const LINE_REQUEST_BYTES = 592;
const LINE_VALUES_BYTES = 16;
/** GPIO_MAX_NAME_SIZE, the closing zero included. */
const NAME_BYTES = 32;

/** enum gpio_v2_line_flag. */
const FLAG_USED = 1n << 0n;
const FLAG_ACTIVE_LOW = 1n << 1n;
const FLAG_INPUT = 1n << 2n;
const FLAG_EDGES = (1n << 4n) | (1n << 5n);
const FLAG_BIAS = { 'pull-up': 1n << 8n, 'pull-down': 1n << 9n, disabled: 1n << 10n } as const;

/** enum gpio_v2_line_attr_id: the one attribute that is used here. */
const ATTRIBUTE_DEBOUNCE = 3;

/** What holds a line on a level while nothing drives it; `disabled` switches the chip's own resistors off. */
export type Bias = keyof typeof FLAG_BIAS;

export type ChipInfo = {
  /** The kernel's name, such as gpiochip0; it may change with the kernel's version. */
  readonly name: string;
  /** The name of the part, such as pinctrl-bcm2711; '' where there is none. */
  readonly label: string;
  /** Lines have the offsets 0 up to this one, without it. */
  readonly lines: number;
};

export type LineInfo = {
  /** From the device tree, such as GPIO17; '' where the line has none. */
  readonly name: string;
  /** Who holds the line; '' where nobody does, or did not say. */
  readonly consumer: string;
  readonly isUsed: boolean;
};

/** Lines to be read together, all set up in the same way. */
export type LineRequest = {
  /** 1 to 64 of them, each once. */
  readonly offsets: readonly number[];
  /** Shown to others who ask who holds the line; cut to 31 bytes. */
  readonly consumer: string;
  readonly isActiveLow: boolean;
  /** null: as the line was. A chip that has no such resistors takes the wish in silence (gpiolib.c). */
  readonly bias: Bias | null;
  /** Whether the kernel shall tell of each change. */
  readonly wantsEdges: boolean;
  /** Milliseconds for which the kernel shall wait until a level rests; 0 for none. */
  readonly debounceMs: number;
};

/** struct gpiochip_info, for the kernel to fill in. */
export function emptyChipInfo(): Buffer {
  return Buffer.alloc(CHIP_INFO_BYTES);
}

export function decodeChipInfo(bytes: Buffer): ChipInfo {
  return { name: textAt(bytes, 0), label: textAt(bytes, 32), lines: bytes.readUInt32LE(64) };
}

/** struct gpio_v2_line_info, asking for one line. */
export function encodeLineInfo(offset: number): Buffer {
  const bytes = Buffer.alloc(LINE_INFO_BYTES);
  bytes.writeUInt32LE(offset, 64);
  return bytes;
}

export function decodeLineInfo(bytes: Buffer): LineInfo {
  const isUsed = (bytes.readBigUInt64LE(72) & FLAG_USED) !== 0n;
  return { name: textAt(bytes, 0), consumer: textAt(bytes, 32), isUsed };
}

/** struct gpio_v2_line_request. */
export function encodeLineRequest(request: LineRequest): Buffer {
  const { offsets, consumer, isActiveLow, bias, wantsEdges, debounceMs } = request;
  const bytes = Buffer.alloc(LINE_REQUEST_BYTES);
  for (const [index, offset] of offsets.entries()) bytes.writeUInt32LE(offset, index * 4);
  // One byte less than there is room for: the last one stays zero.
  bytes.write(consumer, 256, NAME_BYTES - 1, 'utf8');
  let flags = FLAG_INPUT;
  if (isActiveLow) flags |= FLAG_ACTIVE_LOW;
  if (bias !== null) flags |= FLAG_BIAS[bias];
  if (wantsEdges) flags |= FLAG_EDGES;
  bytes.writeBigUInt64LE(flags, 288);
  if (debounceMs > 0) {
    bytes.writeUInt32LE(1, 296);
    bytes.writeUInt32LE(ATTRIBUTE_DEBOUNCE, 320);
    bytes.writeUInt32LE(Math.round(debounceMs * 1000), 328);
    bytes.writeBigUInt64LE(maskOf(offsets.length), 336);
  }
  bytes.writeUInt32LE(offsets.length, 560);
  return bytes;
}

/** The descriptor that the kernel wrote into a request that it granted. */
export function grantedDescriptor(bytes: Buffer): number {
  return bytes.readInt32LE(588);
}

/** struct gpio_v2_line_values, asking for the first `count` lines of a request. */
export function encodeLineValues(count: number): Buffer {
  const bytes = Buffer.alloc(LINE_VALUES_BYTES);
  bytes.writeBigUInt64LE(maskOf(count), 8);
  return bytes;
}

/** For each line of the request, in its order, whether it is active. */
export function decodeLineValues(bytes: Buffer, count: number): readonly boolean[] {
  const bits = bytes.readBigUInt64LE(0);
  return Array.from({ length: count }, (_, index) => ((bits >> BigInt(index)) & 1n) === 1n);
}

function maskOf(count: number): bigint {
  return (1n << BigInt(count)) - 1n;
}

/** A name that fills its room has no closing zero. */
function textAt(bytes: Buffer, start: number): string {
  const text = bytes.toString('utf8', start, start + NAME_BYTES);
  const end = text.indexOf('\0');
  return end === -1 ? text : text.slice(0, end);
}
