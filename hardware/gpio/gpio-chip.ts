import {
  type ChipInfo,
  decodeChipInfo,
  decodeLineInfo,
  emptyChipInfo,
  encodeLineInfo,
  GET_CHIP_INFO,
  GET_LINE_INFO,
  type LineInfo,
} from './gpio-abi.ts';
import {
  explainNoChip,
  explainNoName,
  explainNoOffset,
  explainNotAChip,
  explainOldKernel,
  explainOpenFailure,
  explainTwoChips,
  explainTwoNames,
  type SeenChip,
} from './gpio-failure.ts';
import type { Answer, GpioKernel } from './gpio-kernel-door.ts';

/** A result, or a sentence that says what is wrong and what to do. */
export type Outcome<T> =
  | { readonly ok: true; readonly value: T }
  | { readonly ok: false; readonly error: string };

/** An open chip. Its descriptor is needed only to ask and to request: lines outlive it. */
export type GpioChip = ChipInfo & { readonly path: string; readonly descriptor: number };

/**
 * Opens a chip by its device file, its name (`gpiochip0`) or its label (`pinctrl-bcm2711`), which stays the same when a
 * new kernel numbers the chips anew. It has to speak uAPI v2.
 */
export async function openChip(kernel: GpioKernel, chip: string, user: string): Promise<Outcome<GpioChip>> {
  const found = await findPath(kernel, chip, user);
  if (!found.ok) return found;
  const path = found.value;
  const opened = kernel.open(path);
  if (!opened.ok) {
    const isGone = opened.errno === 'ENOENT' || opened.errno === 'ENODEV' || opened.errno === 'ENXIO';
    if (isGone) return { ok: false, error: explainNoChip(chip, await seeChips(kernel)) };
    return { ok: false, error: explainOpenFailure(path, opened.errno, user) };
  }
  const descriptor = opened.value;
  const info = await chipInfo(kernel, descriptor);
  const error = info.ok
    ? await missingVersion2(kernel, descriptor, path, info.value)
    : explainNotAChip(path, info.errno);
  if (info.ok && error === null) return { ok: true, value: { ...info.value, path, descriptor } };
  kernel.close(descriptor);
  return { ok: false, error: error ?? '' };
}

/** The offset of a line that is given by number or by name. */
export async function findLine(
  kernel: GpioKernel,
  chip: GpioChip,
  line: number | string,
): Promise<Outcome<number>> {
  if (typeof line === 'number') {
    if (line < chip.lines) return { ok: true, value: line };
    return { ok: false, error: explainNoOffset(line, chip.path, chip.lines) };
  }
  const names: string[] = [];
  for (let offset = 0; offset < chip.lines; offset += 1) {
    const info = await lineInfo(kernel, chip.descriptor, offset);
    names.push(info.ok ? info.value.name : '');
  }
  const offsets = names.flatMap((name, offset) => (name === line ? [offset] : []));
  const [offset] = offsets;
  if (offset === undefined) return { ok: false, error: explainNoName(line, chip.path, names) };
  if (offsets.length > 1) return { ok: false, error: explainTwoNames(line, chip.path, offsets) };
  return { ok: true, value: offset };
}

/** What the kernel knows of a line: above all, who holds it. */
export async function lineInfo(
  kernel: GpioKernel,
  descriptor: number,
  offset: number,
): Promise<Answer<LineInfo>> {
  const bytes = encodeLineInfo(offset);
  const answer = await kernel.ioctl(descriptor, GET_LINE_INFO, bytes);
  return answer.ok ? { ok: true, value: decodeLineInfo(bytes) } : answer;
}

async function findPath(kernel: GpioKernel, chip: string, user: string): Promise<Outcome<string>> {
  if (chip.startsWith('/')) return { ok: true, value: chip };
  if (/^gpiochip\d+$/.test(chip)) return { ok: true, value: `/dev/${chip}` };
  const seen = await seeChips(kernel);
  const paths = seen.filter(({ info }) => info?.label === chip).map(({ path }) => path);
  const [path] = paths;
  if (path !== undefined && paths.length === 1) return { ok: true, value: path };
  if (path !== undefined) return { ok: false, error: explainTwoChips(chip, paths) };
  const hidden = seen.find(({ errno }) => errno === 'EACCES' || errno === 'EPERM');
  if (hidden?.errno == null) return { ok: false, error: explainNoChip(chip, seen) };
  return { ok: false, error: explainOpenFailure(hidden.path, hidden.errno, user) };
}

async function seeChips(kernel: GpioKernel): Promise<readonly SeenChip[]> {
  const seen: SeenChip[] = [];
  for (const path of kernel.chipPaths()) {
    const opened = kernel.open(path);
    if (!opened.ok) {
      seen.push({ path, info: null, errno: opened.errno });
      continue;
    }
    const info = await chipInfo(kernel, opened.value);
    kernel.close(opened.value);
    seen.push(info.ok ? { path, info: info.value, errno: null } : { path, info: null, errno: info.errno });
  }
  return seen;
}

async function chipInfo(kernel: GpioKernel, descriptor: number): Promise<Answer<ChipInfo>> {
  const bytes = emptyChipInfo();
  const answer = await kernel.ioctl(descriptor, GET_CHIP_INFO, bytes);
  return answer.ok ? { ok: true, value: decodeChipInfo(bytes) } : answer;
}

/** A kernel before 5.10 knows the chip, and calls the first question of version 2 an invalid one. */
async function missingVersion2(
  kernel: GpioKernel,
  descriptor: number,
  path: string,
  { lines }: ChipInfo,
): Promise<string | null> {
  if (lines === 0) return explainNotAChip(path, 'no lines');
  const answer = await lineInfo(kernel, descriptor, 0);
  if (answer.ok) return null;
  const isUnknown = answer.errno === 'EINVAL' || answer.errno === 'ENOTTY';
  return isUnknown ? explainOldKernel(path) : explainNotAChip(path, answer.errno);
}
