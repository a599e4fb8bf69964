import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { openSerialPort } from '../../hardware/serial/serial-port.ts';
import type { Timing } from '../../hardware/timing.ts';
import type { Found } from './ask-source.ts';
import { findChips, findConverters } from './board-devices.ts';
import { type HeardPort, portText } from './candidates.ts';
import { type Heard, listen, USUAL_SPEEDS } from './listen.ts';
import {
  findSerialDevices,
  type SerialDevice,
  SYSTEM_FOLDERS,
  type SystemFolders,
} from './serial-devices.ts';

export type Search = {
  /** The only port to listen to; null for every one that is free. */
  readonly port: string | null;
  /** The only speed to listen at; null for the usual ones. */
  readonly baudRate: number | null;
  /** How long at each speed, in milliseconds. */
  readonly windowMs: number;
  /** Hardware that does not speak by itself was named: nothing is listened to. */
  readonly isSilent: boolean;
};

/** Finds what readings can come from, listening to all free ports at once; `tell` hears one line about each. */
export async function discover(
  { port, baudRate, windowMs, isSilent }: Search,
  timing: Timing,
  tell: (line: string) => void,
  folders: SystemFolders = SYSTEM_FOLDERS,
): Promise<Found> {
  const ports = isSilent ? [] : portsToHear(port, folders);
  const free = ports.filter(({ heldBy }) => heldBy === null);
  for (const { path, heldBy } of ports) if (heldBy !== null) tell(`${path}: in use by ${heldBy}; left alone`);
  const speeds = baudRate === null ? USUAL_SPEEDS : [baudRate];
  if (free.length > 0) {
    const seconds = Math.ceil((windowMs * speeds.length) / 1000);
    tell(
      `Listening to ${free.length} serial port${free.length === 1 ? '' : 's'} for up to ${2 * seconds} s ...`,
    );
  }
  const [heard, chips, converters] = await Promise.all([
    Promise.all(
      free.map(async (each) => {
        const found: HeardPort = {
          port: each,
          heard: await hearOrSay(each, speeds, windowMs, timing),
        };
        tell(portText(found));
        return found;
      }),
    ),
    findChips(),
    findConverters(join(folders.sys, 'bus/iio/devices')),
  ]);
  return { ports: heard, chips, converters };
}

function portsToHear(port: string | null, folders: SystemFolders): readonly SerialDevice[] {
  const found = findSerialDevices(folders);
  if (port === null) return found;
  const known = found.find(({ path, device }) => path === port || device === port);
  // As it was typed: who names a port by its place on the bus means it.
  return [{ device: port, maker: null, heldBy: null, ...known, path: port }];
}

async function hearOrSay(
  { path }: SerialDevice,
  speeds: readonly number[],
  windowMs: number,
  timing: Timing,
): Promise<Heard> {
  if (existsSync(path)) return listen(path, speeds, windowMs, { openPort: openSerialPort, timing });
  const error = 'there is no such device now; plug it in, or correct --port';
  return { recognised: null, baudRate: null, bytes: 0, error };
}
