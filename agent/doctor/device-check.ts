import { readdirSync, readFileSync, realpathSync, type Stats, statSync } from 'node:fs';
import { join } from 'node:path';
import type { HardwareConfig } from '../../config/config.ts';
import { findDevice } from '../../hardware/iio/iio-device.ts';
import { presentPorts } from '../../hardware/serial/present-ports.ts';
import { userName } from '../../hardware/user-name.ts';
import { LOCK_FILE } from '../store/state-files.ts';
import { holdersOf } from '../system/file-holders.ts';
import { type Check, type Finding, fail, ok, quoted, type Rounds, warn } from './check.ts';

/** What stands at the end of a wire, before anybody talks to it. */
export function deviceCheck(name: string, hardware: HardwareConfig, procFolder: string): Check {
  return {
    name: deviceCheckName(name),
    run: async (rounds) => {
      switch (hardware.driver) {
        case 'iio':
          return iioDevice(hardware.devicesFolder, hardware.device);
        case 'gpio':
          return gpioChip(hardware.chip, rounds);
        case 'transcript':
          return transcript(hardware.file, rounds);
        default:
          return serialPort(hardware.port, rounds, procFolder);
      }
    },
  };
}

export function deviceCheckName(hardware: string): string {
  return `device ${hardware}`;
}

function serialPort(path: string, rounds: Rounds, procFolder: string): Finding {
  const stats = statSync(path, { throwIfNoEntry: false });
  if (stats === undefined) {
    const present = presentPorts();
    const others =
      present.length === 0
        ? 'No USB or board serial port exists.'
        : `These exist: ${present.slice(0, 8).join(', ')}.`;
    return fail(`There is no device ${path}: is it plugged in? ${others}`, 'ls -l /dev/serial/by-id');
  }
  if (!stats.isCharacterDevice())
    return fail(
      `${path} is not a serial device. Correct port in the configuration.`,
      `ls -l ${quoted(path)}`,
    );
  const denied = deniedTo(path, stats, rounds);
  if (denied !== null) return denied;
  const [holder] = holdersOf(new Set([realpathSync(path)]), procFolder);
  const isService = holder?.files.has(lockOf(rounds.stateDir)) === true;
  if (holder !== undefined && !isService)
    return fail(
      `${path} is in use by process ${holder.pid} (${holder.command ?? 'it has just ended'}).`,
      `sudo kill ${holder.pid}`,
    );
  const user =
    holder === undefined
      ? 'nobody is seen to have it open'
      : `the service has it open (process ${holder.pid})`;
  const stable = stableName(path);
  if (stable !== null)
    return warn(
      `${path} is there (${modeOf(stats)}), and may have another name after a replug: set port to ${stable}.`,
      `ls -l ${quoted(stable)}`,
    );
  return ok(`${path} is there (${modeOf(stats)}); ${user}.`);
}

/** The lock that the service of this state holds, by which its process is known. */
function lockOf(stateDir: string): string {
  const isThere = statSync(stateDir, { throwIfNoEntry: false }) !== undefined;
  return join(isThere ? realpathSync(stateDir) : stateDir, LOCK_FILE);
}

/** null when this user may read and write it. */
function deniedTo(path: string, stats: Stats, { may }: Rounds): Finding | null {
  if (may('read', path) && may('write', path)) return null;
  const group = groupName(stats.gid);
  const found = `User ${userName()} may not open ${path} (${modeOf(stats)})`;
  // Root's own group would give away far more than a device.
  if (stats.gid === 0 || (stats.mode & 0o060) !== 0o060)
    return fail(
      `${found}: its group may not either. A udev rule gives it to one that may.`,
      `udevadm info --query=property ${quoted(path)}`,
    );
  return fail(`${found}. Join its group, then log in again.`, `sudo usermod -aG ${group} ${userName()}`);
}

/** `crw-rw---- root:dialout` in numbers and names: `mode 0660, group dialout`. */
function modeOf({ mode, gid }: Stats): string {
  return `mode ${(mode & 0o777).toString(8).padStart(4, '0')}, group ${groupName(gid)}`;
}

/** group(5); the number where it has no name. */
function groupName(gid: number): string {
  try {
    const line = readFileSync('/etc/group', 'utf8')
      .split('\n')
      .find((each) => each.split(':')[2] === String(gid));
    return line?.split(':', 1)[0] ?? String(gid);
  } catch {
    return String(gid);
  }
}

/** The name in /dev/serial/by-id of a port that is given by its number; null when there is no better one. */
function stableName(path: string): string | null {
  if (!/^\/dev\/tty(?:USB|ACM)\d+$/.test(path)) return null;
  return (
    presentPorts().find(
      (port) => port !== path && port.startsWith('/dev/serial/by-id/') && realpathSync(port) === path,
    ) ?? null
  );
}

async function iioDevice(folder: string, device: string): Promise<Finding> {
  const found = await findDevice(folder, device);
  return found.ok
    ? ok(`${device} is ${found.folder}.`)
    : fail(found.error, `grep . ${quoted(folder)}/iio:device*/name`);
}

/** A chip may be given by its label, which only the kernel knows: the reading tells whether it is the right one. */
function gpioChip(chip: string, rounds: Rounds): Finding {
  const named = /^gpiochip\d+$/.test(chip) ? `/dev/${chip}` : chip;
  const chips = readdirSync('/dev')
    .filter((entry) => /^gpiochip\d+$/.test(entry))
    .map((entry) => `/dev/${entry}`);
  const wanted = named.startsWith('/') ? [named] : chips;
  const there = wanted.filter((path) => statSync(path, { throwIfNoEntry: false }) !== undefined);
  const [first] = there;
  if (first === undefined) {
    const others = chips.length === 0 ? 'No GPIO chip exists.' : `These exist: ${chips.join(', ')}.`;
    return fail(`There is no GPIO chip ${chip}. ${others}`, 'gpiodetect');
  }
  const denials = there.map((path) => deniedTo(path, statSync(path), rounds));
  const [denial] = denials;
  if (denial !== undefined && denial !== null && denials.every((each) => each !== null)) return denial;
  return ok(
    named.startsWith('/')
      ? `${first} is there.`
      : `${chips.length} GPIO chips are there, to look for ${chip} among.`,
  );
}

function transcript(file: string, { may }: Rounds): Finding {
  return may('read', file)
    ? ok(`The recording ${file} is there.`)
    : fail(
        `The recording ${file} is not there, or user ${userName()} may not read it.`,
        `ls -l ${quoted(file)}`,
      );
}
