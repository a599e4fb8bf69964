import type { ChipInfo } from './gpio-abi.ts';

/*
 * PURE: why GPIO lines can't be read, and what to do about it, for a technician. `chip` is what the configuration says,
 * `path` the device file, `errno` the name of what the kernel said.
 */

/** A GPIO chip of this machine, as it could be seen. */
export type SeenChip = {
  readonly path: string;
  /** Null when it could not be asked; `errno` says why. */
  readonly info: ChipInfo | null;
  readonly errno: string | null;
};

/** More would not be read. */
const LISTED_MAX = 8;

export function explainNoChip(chip: string, seen: readonly SeenChip[]): string {
  if (seen.length === 0) {
    return `There is no GPIO chip ${chip}, nor any other (/dev/gpiochip*): is this the board with the GPIO header, or is the adapter plugged in?`;
  }
  return `There is no GPIO chip ${chip}: correct chip in the configuration. These exist: ${seen.map(describeChip).join(', ')}.`;
}

export function explainTwoChips(chip: string, paths: readonly string[]): string {
  return `Several GPIO chips are labelled ${chip}: give the device file of one of them as chip: ${paths.join(', ')}.`;
}

export function explainOpenFailure(path: string, errno: string, user: string): string {
  if (errno === 'EACCES') {
    return `User ${user} may not open ${path}: add it to the group that owns the device (gpio on Raspberry Pi OS): sudo usermod -aG gpio ${user}, then restart. Where the device belongs to root alone, a udev rule helps: SUBSYSTEM=="gpio", GROUP="gpio", MODE="0660".`;
  }
  if (errno === 'EPERM') {
    return `The system forbids this service to open ${path}: allow it in the service unit (DeviceAllow=char-gpiochip rw), then restart.`;
  }
  return `${path} cannot be opened (${errno}): check chip in the configuration.`;
}

/** The device file could be opened, but does not answer as a GPIO chip does. */
export function explainNotAChip(path: string, errno: string): string {
  return `${path} is not a GPIO chip, or does not answer (${errno}): correct chip in the configuration.`;
}

export function explainOldKernel(path: string): string {
  return `The kernel does not speak version 2 of the GPIO interface on ${path}: Linux 5.10 or newer is needed.`;
}

export function explainNoOffset(offset: number, path: string, lines: number): string {
  return `${path} has no line ${offset}: it has ${lines}, from 0 to ${lines - 1}. Lines are the chip's numbers, not the pins of a header.`;
}

/** `names` are those of all lines of the chip. */
export function explainNoName(name: string, path: string, names: readonly string[]): string {
  const known = names.filter((each) => each !== '');
  if (known.length === 0) return `The lines of ${path} have no names: give line ${name} by its number.`;
  const near = nearNames(name, known);
  return `${path} has no line named ${name}: ${near.length > 0 ? 'did you mean' : 'it has for example'} ${(near.length > 0 ? near : known).slice(0, LISTED_MAX).join(', ')}?`;
}

export function explainTwoNames(name: string, path: string, offsets: readonly number[]): string {
  return `${path} has several lines named ${name}: give the number instead, one of ${offsets.join(', ')}.`;
}

/** `line` is as the configuration gives it, `consumer` who holds it, '' when that is not known. */
export function explainBusy(line: string, path: string, consumer: string): string {
  const holder = consumer === '' ? 'by somebody who gives no name' : `by "${consumer}"`;
  return `Line ${line} of ${path} is in use ${holder}: end that program, or take the line out of config.txt or the device tree, or use another line.`;
}

export function explainRefusedLines(lines: readonly string[], path: string, errno: string): string {
  return `${path} does not give line ${lines.join(', ')} as an input (${errno}): is the line free for GPIO on this board, and not given to another function?`;
}

export function explainLost(path: string, errno: string): string {
  return `${path} was unplugged or stopped working (${errno}): it is being reopened; check the adapter and its bus if this stays.`;
}

/** Counted from the bottom, from 0: `wet` is on, although `dry` below it is off. */
export function explainContradiction(
  channel: string,
  lines: readonly string[],
  dry: number,
  wet: number,
): string {
  return `Channel ${channel}: the switches contradict one another: ${lines[wet]} is on while ${lines[dry]} below it is off. Check the wiring, the order of lines (the lowest switch first) and activeLow.`;
}

function describeChip({ path, info, errno }: SeenChip): string {
  if (info === null) return `${path} (not readable: ${errno})`;
  return `${path} (${info.label === '' ? info.name : info.label}, ${info.lines} lines)`;
}

/** The same but for case, spaces and dashes; else those that end in the same number. */
function nearNames(name: string, known: readonly string[]): readonly string[] {
  const plain = (text: string) => text.toLowerCase().replace(/[^a-z0-9]/g, '');
  const same = known.filter((each) => plain(each) === plain(name));
  if (same.length > 0) return same;
  const number = /\d+$/.exec(plain(name))?.[0];
  return number === undefined ? [] : known.filter((each) => /\d+$/.exec(plain(each))?.[0] === number);
}
