import { readdirSync } from 'node:fs';

const BY_ID = '/dev/serial/by-id';
/** USB adapters, USB boards, and the UARTs on the headers of boards. `ttyS*` exist by the dozen without hardware. */
const LIKELY_PORT = /^(?:ttyUSB|ttyACM|ttyAMA|ttymxc|ttySC|ttyTHS)\d+$/;

/**
 * Serial devices that exist now, names that survive a replug first. Reads directories only: the list of the serialport
 * package needs udevadm, which small images lack.
 */
export function presentPorts(): string[] {
  const byId = entries(BY_ID).map((entry) => `${BY_ID}/${entry}`);
  const likely = entries('/dev').filter((entry) => LIKELY_PORT.test(entry));
  return [...byId, ...likely.map((entry) => `/dev/${entry}`)];
}

function entries(directory: string): string[] {
  try {
    return readdirSync(directory).sort();
  } catch {
    // Without any USB serial device there is no by-id directory at all.
    return [];
  }
}
