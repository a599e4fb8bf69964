/**
 * One raw value from one channel of one piece of hardware: all that ever leaves `hardware/`.
 * It is a claim, not yet a level: range, noise and age are judged by `agent/level`.
 */
export type Reading = {
  /** Name of the entry under `hardware:` in the configuration. */
  readonly hardware: string;
  /** Which value of that hardware; `''` for hardware that yields a single one. */
  readonly channel: string;
  /** The number as the sensor gave it, in the sensor's own unit. Always finite. */
  readonly raw: number;
  /** When the reading arrived, on the monotonic clock. */
  readonly takenAtMs: number;
};
