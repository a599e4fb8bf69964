import type { Answer, GpioKernel } from '../../../hardware/gpio/gpio-kernel-door.ts';

export type FakeLine = {
  name: string;
  /** Who holds it; null when it is free. */
  consumer: string | null;
  /** Voltage: true for high. */
  isHigh: boolean;
};

export type FakeChip = {
  name: string;
  label: string;
  lines: FakeLine[];
  /** Errno of opening it; null when it opens. */
  refusal: string | null;
  /** Whether its lines have interrupts. */
  hasEdges: boolean;
  isOld: boolean;
};

type Held = {
  chip: FakeChip;
  offsets: readonly number[];
  isActiveLow: boolean;
  listener: (() => void) | null;
};

const GRANTED_FROM = 100;

/**
 * A kernel with GPIO chips, behind the door's contract. It takes the ioctls' bytes apart by itself: test/hardware/gpio/
 * abi.test.ts holds both readings of them to the kernel's own header.
 */
export class FakeKernel implements GpioKernel {
  readonly chips = new Map<string, FakeChip>();
  readonly requests: { offsets: readonly number[]; flags: bigint; debounceUs: number | null }[] = [];
  reads = 0;
  /** Descriptors that hold an edge which nobody took. */
  readonly undrained = new Set<number>();
  readonly #open = new Map<number, FakeChip>();
  readonly #held = new Map<number, Held>();
  #nextDescriptor = 10;

  add(path: string, change: Partial<FakeChip> = {}, lines = 28): FakeChip {
    const chip: FakeChip = {
      name: path.slice('/dev/'.length),
      label: 'pinctrl-bcm2711',
      lines: Array.from({ length: lines }, (_, offset) => ({
        name: `GPIO${offset}`,
        consumer: null,
        isHigh: true,
      })),
      refusal: null,
      hasEdges: true,
      isOld: false,
      ...change,
    };
    this.chips.set(path, chip);
    return chip;
  }

  /** The adapter is pulled out: what is open answers ENODEV from now on. */
  remove(path: string): void {
    const chip = this.chips.get(path);
    this.chips.delete(path);
    for (const held of this.#held.values()) if (held.chip === chip) held.listener?.();
  }

  /** Changes the voltage of a line, and tells whoever asked for edges. */
  drive(chip: FakeChip, offset: number, isHigh: boolean): void {
    const line = chip.lines[offset];
    if (line === undefined || line.isHigh === isHigh) return;
    line.isHigh = isHigh;
    for (const [descriptor, held] of this.#held) {
      if (held.chip !== chip || !held.offsets.includes(offset) || held.listener === null) continue;
      this.undrained.add(descriptor);
      held.listener();
    }
  }

  /** Descriptors that nobody closed. */
  get openDescriptors(): number {
    return this.#open.size + this.#held.size;
  }

  chipPaths(): readonly string[] {
    return [...this.chips.keys()];
  }

  open(path: string): Answer<number> {
    const chip = this.chips.get(path);
    if (chip === undefined) return { ok: false, errno: 'ENOENT' };
    if (chip.refusal !== null) return { ok: false, errno: chip.refusal };
    this.#nextDescriptor += 1;
    this.#open.set(this.#nextDescriptor, chip);
    return { ok: true, value: this.#nextDescriptor };
  }

  async ioctl(descriptor: number, request: number, bytes: Buffer): Promise<Answer<null>> {
    const errno = this.#answer(descriptor, request & 0xff, bytes);
    return errno === null ? { ok: true, value: null } : { ok: false, errno };
  }

  watch(descriptor: number, listener: () => void): () => void {
    const held = this.#held.get(descriptor);
    if (held === undefined) throw new Error('This descriptor is closed.');
    held.listener = listener;
    return () => {
      held.listener = null;
    };
  }

  drain(descriptor: number): void {
    this.undrained.delete(descriptor);
  }

  close(descriptor: number): void {
    const held = this.#held.get(descriptor);
    for (const offset of held?.offsets ?? []) {
      const line = held?.chip.lines[offset];
      if (line !== undefined) line.consumer = null;
    }
    if (!this.#open.delete(descriptor) && !this.#held.delete(descriptor)) throw new Error('Closed twice.');
  }

  #answer(descriptor: number, number: number, bytes: Buffer): string | null {
    const chip = this.#open.get(descriptor) ?? this.#held.get(descriptor)?.chip;
    if (chip === undefined) return 'EBADF';
    if (![...this.chips.values()].includes(chip)) return 'ENODEV';
    if (number === 1) return tellChip(chip, bytes);
    if (chip.isOld) return 'EINVAL';
    if (number === 5) return tellLine(chip, bytes);
    if (number === 7) return this.#grant(chip, bytes);
    if (number === 14) return this.#tellValues(descriptor, bytes);
    return 'EINVAL';
  }

  #grant(chip: FakeChip, bytes: Buffer): string | null {
    const offsets = Array.from({ length: bytes.readUInt32LE(560) }, (_, index) =>
      bytes.readUInt32LE(index * 4),
    );
    const flags = bytes.readBigUInt64LE(288);
    const debounceUs = bytes.readUInt32LE(296) === 1 ? bytes.readUInt32LE(328) : null;
    this.requests.push({ offsets, flags, debounceUs });
    const lines = offsets.map((offset) => chip.lines[offset]);
    if (lines.some((line) => line === undefined)) return 'EINVAL';
    if (lines.some((line) => line?.consumer !== null)) return 'EBUSY';
    if ((flags & 0x30n) !== 0n && !chip.hasEdges) return 'ENODEV';
    for (const line of lines) if (line !== undefined) line.consumer = bytes.toString('utf8', 256, 270);
    this.#nextDescriptor += 1;
    const descriptor = GRANTED_FROM + this.#nextDescriptor;
    this.#held.set(descriptor, { chip, offsets, isActiveLow: (flags & 2n) !== 0n, listener: null });
    bytes.writeInt32LE(descriptor, 588);
    return null;
  }

  #tellValues(descriptor: number, bytes: Buffer): string | null {
    const held = this.#held.get(descriptor);
    if (held === undefined) return 'EBADF';
    this.reads += 1;
    let bits = 0n;
    for (const [index, offset] of held.offsets.entries()) {
      const isOn = held.chip.lines[offset]?.isHigh !== held.isActiveLow;
      if (isOn) bits |= 1n << BigInt(index);
    }
    bytes.writeBigUInt64LE(bits & bytes.readBigUInt64LE(8), 0);
    return null;
  }
}

function tellChip(chip: FakeChip, bytes: Buffer): null {
  bytes.write(chip.name, 0, 31);
  bytes.write(chip.label, 32, 31);
  bytes.writeUInt32LE(chip.lines.length, 64);
  return null;
}

function tellLine(chip: FakeChip, bytes: Buffer): string | null {
  const line = chip.lines[bytes.readUInt32LE(64)];
  if (line === undefined) return 'EINVAL';
  bytes.write(line.name, 0, 31);
  bytes.write(line.consumer ?? '', 32, 31);
  bytes.writeBigUInt64LE(line.consumer === null ? 4n : 5n, 72);
  return null;
}
