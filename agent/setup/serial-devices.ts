import { existsSync, readdirSync, readFileSync, realpathSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { holdersOf } from '../system/file-holders.ts';

/** Where the kernel shows its devices; elsewhere in a container, and in tests. */
export type SystemFolders = { readonly dev: string; readonly sys: string; readonly proc: string };

export const SYSTEM_FOLDERS: SystemFolders = { dev: '/dev', sys: '/sys', proc: '/proc' };

/** A serial device that is there now. */
export type SerialDevice = {
  /** What to write into a configuration: its name in /dev/serial/by-id, which survives a replug, if it has one. */
  readonly path: string;
  /** The kernel's own name, such as /dev/ttyUSB0. */
  readonly device: string;
  /** Who made it, as it says itself: `Arduino LLC, Arduino Uno`. Null for what is not on USB. */
  readonly maker: string | null;
  /** The program that has it open, `agetty (process 512)`; null when none has, or this user may not know. */
  readonly heldBy: string | null;
};

/** A USB interface lies a few folders below the device that names its maker. */
const CLIMB_MAX = 6;
const TEXT_MAX = 80;
/** Type of a port of the kernel's 8250 driver that has no hardware (serial_core.h, PORT_UNKNOWN). */
const NO_HARDWARE = '0';

/** The serial devices of this machine, those with a lasting name first. Never throws: what can't be read is left out. */
export function findSerialDevices(folders: SystemFolders): readonly SerialDevice[] {
  const byDevice = lastingNames(folders.dev);
  const devices = entries(join(folders.sys, 'class/tty'))
    .filter((name) => isReal(join(folders.sys, 'class/tty', name)) && existsSync(join(folders.dev, name)))
    .map((name) => ({
      device: join(folders.dev, name),
      maker: makerOf(join(folders.sys, 'class/tty', name)),
    }));
  // A link may lead to what the kernel does not show here, as in a container.
  const shown = new Set(devices.map(({ device }) => device));
  const others = [...byDevice.keys()].filter((device) => !shown.has(device));
  const all = [...devices, ...others.map((device) => ({ device, maker: null }))];
  const holders = holdersOf(new Set(all.map(({ device }) => device)), folders.proc);
  const heldBy = (device: string): string | null => {
    const holder = holders.find(({ files }) => files.has(device));
    return holder === undefined ? null : `${holder.name ?? 'a program'} (process ${holder.pid})`;
  };
  return all
    .map(({ device, maker }) => ({
      path: byDevice.get(device) ?? device,
      device,
      maker,
      heldBy: heldBy(device),
    }))
    .toSorted((a, b) => Number(a.path === a.device) - Number(b.path === b.device));
}

/** Device file -> its name in serial/by-id. */
function lastingNames(dev: string): ReadonlyMap<string, string> {
  const folder = join(dev, 'serial/by-id');
  return new Map(
    entries(folder).flatMap((name) => {
      const link = join(folder, name);
      const device = attempt(() => realpathSync(link));
      return device === null ? [] : [[device, link] as const];
    }),
  );
}

function isReal(folder: string): boolean {
  return existsSync(join(folder, 'device')) && text(join(folder, 'type')) !== NO_HARDWARE;
}

function makerOf(folder: string): string | null {
  let at = attempt(() => realpathSync(join(folder, 'device')));
  for (let step = 0; at !== null && step < CLIMB_MAX; step += 1) {
    const [vendor, product] = [text(join(at, 'idVendor')), text(join(at, 'idProduct'))];
    if (vendor !== null && product !== null) {
      const names = [text(join(at, 'manufacturer')), text(join(at, 'product'))].filter(
        (name) => name !== null && name !== '',
      );
      return names.length === 0 ? `USB ${vendor}:${product}` : names.join(', ');
    }
    at = dirname(at);
  }
  return null;
}

/** What makers write goes to a terminal: one short line without control characters. */
function text(path: string): string | null {
  return attempt(() =>
    readFileSync(path, 'utf8')
      .replace(/[\p{Cc}\s]+/gu, ' ')
      .trim()
      .slice(0, TEXT_MAX),
  );
}

function entries(folder: string): readonly string[] {
  return attempt(() => readdirSync(folder).sort()) ?? [];
}

function attempt<T>(read: () => T): T | null {
  try {
    return read();
  } catch {
    return null;
  }
}
