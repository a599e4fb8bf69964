import { fstatSync, writeSync } from 'node:fs';

/** systemd, as a service of Type=notify speaks to it (sd_notify(3)). */
export type ServiceManager = {
  /** How long the service may show no sign of life (WatchdogSec), ms; null when nobody watches it. */
  readonly watchdogMs: number | null;
  /** The service does its work now: after the start, and after each reload. */
  ready(status: string): void;
  /** `status` is one line for `systemctl status`, here and above. */
  alive(status: string): void;
  reloading(): void;
  stopping(): void;
};

/** Which descriptor leads to systemd: an open datagram socket, handed over by config/packaging/launch.pl. */
const DESCRIPTOR = 'REPLENISH_NOTIFY_FD';

/** unix(7) takes much longer datagrams; systemctl shows one line. */
const STATUS_CHARACTERS_MAX = 200;

/**
 * Takes up what systemd and the launcher say in the environment; null outside of systemd. What can't be sent is lost: that systemd is busy, or
 * gone, must never hold up an order.
 */
export function openServiceManager(env: NodeJS.ProcessEnv): ServiceManager | null {
  const descriptor = socketIn(env[DESCRIPTOR]);
  if (descriptor === null) return null;
  const tell = (...fields: readonly string[]): void => {
    try {
      writeSync(descriptor, fields.join('\n'));
    } catch {
      // Full (EAGAIN: the launcher made it non-blocking), or nobody listens any more.
    }
  };
  const statusField = (status: string): string =>
    `STATUS=${status.replaceAll(/\s+/g, ' ').slice(0, STATUS_CHARACTERS_MAX)}`;
  return {
    watchdogMs: watchdogMsIn(env),
    ready: (status) => tell('READY=1', statusField(status)),
    alive: (status) => tell('WATCHDOG=1', statusField(status)),
    reloading: () => tell('RELOADING=1', `MONOTONIC_USEC=${process.hrtime.bigint() / 1000n}`),
    stopping: () => tell('STOPPING=1', 'STATUS=Stopping.'),
  };
}

function socketIn(text: string | undefined): number | null {
  if (text === undefined || !/^[1-9]\d{0,5}$/.test(text)) return null;
  try {
    // Anything else under that number would be written into.
    return fstatSync(Number(text)).isSocket() ? Number(text) : null;
  } catch {
    return null;
  }
}

/** sd_watchdog_enabled(3): microseconds, meant for the process that is named. */
function watchdogMsIn(env: NodeJS.ProcessEnv): number | null {
  const { WATCHDOG_USEC: microseconds, WATCHDOG_PID: pid } = env;
  if (microseconds === undefined || !/^[1-9]\d{0,15}$/.test(microseconds)) return null;
  if (pid !== undefined && pid !== String(process.pid)) return null;
  return Number(microseconds) / 1000;
}
