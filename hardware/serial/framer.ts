/** One value that a frame carries. */
export type FramedValue = {
  /** Which value of the device; `''` for a device that yields a single one. */
  readonly channel: string;
  /** In the unit of the driver. Always finite. */
  readonly raw: number;
};

/** What a portion of bytes brought to an end. */
export type Framed = {
  readonly values: readonly FramedValue[];
  /** Frames that had to be dropped: damaged, or not of this format. */
  readonly badFrames: number;
  /** Text of the latest bad frame where it was readable text, to be quoted; else null. */
  readonly badText: string | null;
  /** Good frames by which the device says that it has no value now. */
  readonly emptyFrames: number;
  /** What the latest of them says, as a sentence with the remedy; null without one. */
  readonly emptyBecause: string | null;
};

/**
 * Bytes in any portions -> values. A framer is pure: what it gives depends on nothing but the bytes since the last
 * restart, however they are cut. It checks before it believes, drops one byte and looks again when a check fails, and
 * holds no more than one frame.
 */
export type Framer = {
  push(bytes: Buffer): Framed;
  /** Forgets everything: the next bytes belong to a new stream, entered anywhere. */
  restart(): void;
};
