/** What is known of the machine when a port could not be opened. */
export type OpenFailureFacts = {
  readonly path: string;
  /** What the binding said: the C library's words for errno, around them the binding's own. */
  readonly reason: string;
  /** Serial devices that do exist. */
  readonly presentPorts: readonly string[];
  /** Name of the user that the process runs as. */
  readonly user: string;
};

/** More would not be read; a hub full of adapters is rare. */
const LISTED_PORTS_MAX = 8;

/** PURE: why a serial port could not be opened, and what to do about it, for a technician. */
export function explainOpenFailure(facts: OpenFailureFacts): string {
  const { path, reason, user } = facts;
  if (/No such file or directory/.test(reason)) {
    return `There is no device ${path}: is it plugged in? ${describePresent(facts.presentPorts)}`;
  }
  if (/Permission denied/.test(reason)) {
    return `User ${user} may not open ${path}: add it to the group that owns the device (dialout on Debian): sudo usermod -aG dialout ${user}, then restart.`;
  }
  if (/Operation not permitted/.test(reason)) {
    return `The system forbids this service to open ${path}: allow the device in the service unit (DeviceAllow=), then restart.`;
  }
  if (/Cannot lock port|busy/.test(reason)) {
    return `${path} is in use, by another program or by a second entry in the configuration: sudo fuser ${path} shows which program.`;
  }
  if (/Inappropriate ioctl|Not a tty/.test(reason)) {
    return `${path} is not a serial device: correct the port in the configuration. ${describePresent(facts.presentPorts)}`;
  }
  if (/Input\/output error|No such device/.test(reason)) {
    return `There is no working hardware behind ${path} (${reason}): check the cable, and the port in the configuration. ${describePresent(facts.presentPorts)}`;
  }
  return `${path} cannot be opened: ${reason}. Check the port and baudRate in the configuration.`;
}

function describePresent(ports: readonly string[]): string {
  if (ports.length === 0) return 'No USB or board serial port exists at the moment.';
  const listed = ports.slice(0, LISTED_PORTS_MAX).join(', ');
  const hidden = ports.length - LISTED_PORTS_MAX;
  return hidden > 0 ? `These exist: ${listed} and ${hidden} more.` : `These exist: ${listed}.`;
}
