/** Stops what was planned; calling it again, or after it ran, does nothing. */
export type Cancel = () => void;

/** Time as a driver may use it: monotonic, so that no wall-clock jump ever starves or floods a port. */
export type Timing = {
  /** Milliseconds on the monotonic clock (CLOCK_MONOTONIC: counts from boot, never jumps). */
  nowMs(): number;
  /** Runs `run` once after `delayMs`. */
  after(delayMs: number, run: () => void): Cancel;
};
