import {
  type Bias,
  decodeLineValues,
  encodeLineRequest,
  encodeLineValues,
  GET_VALUES,
  grantedDescriptor,
  REQUEST_LINES,
} from './gpio-abi.ts';
import { findLine, type GpioChip, lineInfo, type Outcome } from './gpio-chip.ts';
import { explainBusy, explainRefusedLines } from './gpio-failure.ts';
import type { Answer, GpioKernel } from './gpio-kernel-door.ts';

/** Lines that belong together, set up in the same way; several are the switches of a ladder, the lowest first. */
export type LineGroup = {
  /** Numbers on the chip, or names of lines such as GPIO17. */
  readonly lines: readonly (number | string)[];
  /** A line at 0 V counts as on: a switch to ground with a pull-up. */
  readonly isActiveLow: boolean;
  /** null: as the board leaves it. */
  readonly bias: Bias | null;
  /** A level has to last for so many milliseconds; 0 takes each change. */
  readonly debounceMs: number;
};

/** Lines that are ours until `close`. */
export type RequestedLines = {
  readonly offsets: readonly number[];
  /** Whether the kernel tells of changes, and debounces; otherwise both are the reader's business. */
  readonly hasEdges: boolean;
  /** All of them at one instant: whether each is on. */
  read(): Promise<Answer<readonly boolean[]>>;
  /** Calls `listener` soon after a change or a loss; within a native callback, see `GpioKernel.watch`. */
  onEdge(listener: () => void): void;
  /** Resolves when the lines are free again. Calling it twice is harmless. */
  close(): Promise<void>;
};

/** What others see who ask for the holder of a line (`gpioinfo`). */
const CONSUMER = 'replenish-agent';

/** Asks the kernel for lines as inputs; with edges where it gives them. */
export async function requestLines(
  kernel: GpioKernel,
  chip: GpioChip,
  group: LineGroup,
): Promise<Outcome<RequestedLines>> {
  const offsets: number[] = [];
  for (const line of group.lines) {
    const found = await findLine(kernel, chip, line);
    if (!found.ok) return found;
    offsets.push(found.value);
  }
  const { isActiveLow, bias, debounceMs } = group;
  const plain = { offsets, consumer: CONSUMER, isActiveLow, bias, wantsEdges: false, debounceMs: 0 };
  let hasEdges = true;
  let granted = await request(kernel, chip, { ...plain, wantsEdges: true, debounceMs });
  if (!granted.ok && granted.errno !== 'EBUSY') {
    // A line without an interrupt is refused as ENODEV or ENXIO, one that can't do both ways as EINVAL.
    hasEdges = false;
    granted = await request(kernel, chip, plain);
  }
  if (granted.ok) return { ok: true, value: new OpenLines(kernel, granted.value, offsets, hasEdges) };
  return { ok: false, error: await explainRefusal(kernel, chip, group, offsets, granted.errno) };
}

async function request(
  kernel: GpioKernel,
  chip: GpioChip,
  wanted: Parameters<typeof encodeLineRequest>[0],
): Promise<Answer<number>> {
  const bytes = encodeLineRequest(wanted);
  const answer = await kernel.ioctl(chip.descriptor, REQUEST_LINES, bytes);
  return answer.ok ? { ok: true, value: grantedDescriptor(bytes) } : answer;
}

async function explainRefusal(
  kernel: GpioKernel,
  chip: GpioChip,
  { lines }: LineGroup,
  offsets: readonly number[],
  errno: string,
): Promise<string> {
  for (const [index, offset] of offsets.entries()) {
    const info = await lineInfo(kernel, chip.descriptor, offset);
    const isHeld = errno === 'EBUSY' && info.ok && info.value.isUsed;
    if (isHeld) return explainBusy(String(lines[index]), chip.path, info.value.consumer);
  }
  return explainRefusedLines(lines.map(String), chip.path, errno);
}

class OpenLines implements RequestedLines {
  readonly offsets: readonly number[];
  readonly hasEdges: boolean;
  readonly #kernel: GpioKernel;
  readonly #descriptor: number;
  #unwatch: () => void = () => {};
  #reading: Promise<unknown> = Promise.resolve();
  #closing: Promise<void> | null = null;

  constructor(kernel: GpioKernel, descriptor: number, offsets: readonly number[], hasEdges: boolean) {
    this.#kernel = kernel;
    this.#descriptor = descriptor;
    this.offsets = offsets;
    this.hasEdges = hasEdges;
  }

  async read(): Promise<Answer<readonly boolean[]>> {
    if (this.#closing !== null) return { ok: false, errno: 'EBADF' };
    const count = this.offsets.length;
    const bytes = encodeLineValues(count);
    const reading = this.#kernel.ioctl(this.#descriptor, GET_VALUES, bytes);
    this.#reading = reading;
    const answer = await reading;
    return answer.ok ? { ok: true, value: decodeLineValues(bytes, count) } : answer;
  }

  onEdge(listener: () => void): void {
    if (!this.hasEdges) return;
    this.#unwatch = this.#kernel.watch(this.#descriptor, () => {
      // What changed is of no interest: the lines are read anew, and no lost event can leave a wrong level behind.
      this.#kernel.drain(this.#descriptor);
      listener();
    });
  }

  close(): Promise<void> {
    this.#closing ??= this.#release();
    return this.#closing;
  }

  async #release(): Promise<void> {
    this.#unwatch();
    // Not before a read that is under way: its number could belong to another file by then.
    await this.#reading;
    this.#kernel.close(this.#descriptor);
  }
}
