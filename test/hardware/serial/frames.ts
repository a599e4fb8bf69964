/** A frame of an A02YYUW and its relatives, with the sum that belongs to it. */
export function ultrasonicFrame(mm: number): Buffer {
  const frame = Buffer.from([0xff, mm >> 8, mm & 0xff, 0]);
  frame[3] = (0xff + (mm >> 8) + (mm & 0xff)) & 0xff;
  return frame;
}

/** A frame of a TF-Luna at 25 degrees, with the sum that belongs to it. */
export function lidarFrame(cm: number, amplitude: number): Buffer {
  const frame = Buffer.alloc(9);
  frame.writeUInt16BE(0x5959, 0);
  frame.writeUInt16LE(cm, 2);
  frame.writeUInt16LE(amplitude, 4);
  frame.writeUInt16LE((25 + 256) * 8, 6);
  frame[8] = frame.subarray(0, 8).reduce((sum, byte) => sum + byte, 0) & 0xff;
  return frame;
}

/** Cuts the bytes into portions of the given lengths, over and over. */
export function cut(bytes: Buffer, lengths: readonly number[]): Buffer[] {
  const portions: Buffer[] = [];
  for (let at = 0, turn = 0; at < bytes.length; turn += 1) {
    const length = lengths[turn % lengths.length] ?? bytes.length;
    portions.push(bytes.subarray(at, at + length));
    at += length;
  }
  return portions;
}

/** A row of numbers from 0 to below 1 that looks like chance and is the same every time (mulberry32). */
export function chance(seed: number): () => number {
  let state = seed;
  return () => {
    state = (state + 0x6d2b79f5) | 0;
    let mixed = Math.imul(state ^ (state >>> 15), 1 | state);
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed;
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32;
  };
}
