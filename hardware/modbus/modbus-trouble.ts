/** How the port of a bus is set. */
export type BusFacts = {
  /** Device file; `/dev/serial/by-id/...` stays the same after a replug. */
  readonly port: string;
  /** Bits per second. */
  readonly baudRate: number;
  readonly parity: 'none' | 'even' | 'odd';
  readonly stopBits: 1 | 2;
};

const EXCEPTIONS: ReadonlyMap<number, string> = new Map([
  [1, 'does not know this function: try function 3 or 4'],
  [2, 'has no such register: correct register, which is counted from 0 here, or function'],
  [3, 'does not give so many registers at once: correct type'],
  [4, 'has failed: look at the device itself'],
  [5, 'needs longer for this than it may take'],
  [6, 'is busy; it is asked again'],
  [8, 'has found its memory damaged: look at the device itself'],
  [10, 'cannot be reached through its gateway: correct unit, or set up the gateway'],
  [11, 'does not answer its gateway: check its power and wiring'],
]);

/** PURE. What a device says by an exception, to be read after its name. */
export function exceptionText(code: number): string {
  return `${EXCEPTIONS.get(code) ?? 'refuses'} (Modbus exception ${code})`;
}

/** PURE. Why a unit has no answer, and what to do about it. `hasNoise`: something arrived, but no answer. */
export function silenceText(unit: number, bus: BusFacts, hasNoise: boolean): string {
  const { port, baudRate, parity, stopBits } = bus;
  const now = `baudRate (${baudRate} now), parity (${parity}) and stopBits (${stopBits})`;
  if (hasNoise) {
    return `What arrives on ${port} is no answer of unit ${unit}, or a damaged one: check ${now}, that no other device has the same address, and the wiring`;
  }
  return `Unit ${unit} on ${port} does not answer: check its power, its wiring (are A and B swapped?), its address, ${now}`;
}
