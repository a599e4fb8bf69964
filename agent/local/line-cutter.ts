/** Cuts a stream of bytes into lines, and bounds what a line may be. */
export type LineCutter = {
  /** The lines that are complete now, without their ends; null once a line is longer than it may be. */
  take(chunk: Buffer): readonly string[] | null;
};

export function createLineCutter(lineBytesMax: number): LineCutter {
  let rest: Buffer = Buffer.alloc(0);
  return {
    take: (chunk) => {
      const lines: string[] = [];
      let bytes = Buffer.concat([rest, chunk]);
      for (let end = bytes.indexOf('\n'); end >= 0; end = bytes.indexOf('\n')) {
        if (end > lineBytesMax) return null;
        lines.push(bytes.toString('utf8', 0, end));
        bytes = bytes.subarray(end + 1);
      }
      if (bytes.length > lineBytesMax) return null;
      // A copy, so that a short rest does not hold on to a large chunk.
      rest = Buffer.from(bytes);
      return lines;
    },
  };
}
