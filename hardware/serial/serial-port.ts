import { userName } from '../user-name.ts';
import { explainOpenFailure } from './open-failure.ts';
import { presentPorts } from './present-ports.ts';
import type { PortListener, PortSettings } from './serial-binding.ts';
import { openBinding } from './serial-binding.ts';

/** An open serial port. */
export type SerialPort = {
  /** Reads until the device is lost or `close` is called. To be called once. */
  start(listener: PortListener): void;
  /** Sends at once and never waits; false when not all of it was taken. */
  write(bytes: Uint8Array): boolean;
  /** Stops reading at once; resolves when the device is released. Never rejects; calling it twice is harmless. */
  close(): Promise<void>;
};

export type OpenedPort =
  | { readonly ok: true; readonly port: SerialPort }
  /** `error` says what is wrong and what to do about it. */
  | { readonly ok: false; readonly error: string };

/** Opens a port once. Never rejects. */
export type OpenPort = (settings: PortSettings) => Promise<OpenedPort>;

/** Opens a serial port of this machine, locked against other programs. */
export const openSerialPort: OpenPort = async (settings) => {
  try {
    return { ok: true, port: await openBinding(settings) };
  } catch (error) {
    const reason = error instanceof Error ? error.message : String(error);
    const facts = { path: settings.path, reason, presentPorts: presentPorts(), user: userName() };
    return { ok: false, error: explainOpenFailure(facts) };
  }
};
