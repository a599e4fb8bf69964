import { workerData } from 'node:worker_threads';
import { openPty } from '../../support/pty.ts';

/*
 * A board in a thread of its own, so that what it does falls anywhere between the reader's system calls.
 * It sends the same text without pause from when it is opened, until told to stop or so many times, then pulls the plug.
 */
export type BoardThreadData = {
  /** The path under which the board appears. */
  readonly link: string;
  readonly text: string;
  readonly unplugAfterTimes: number;
  /** One number; anything but 0 tells the board to stop. */
  readonly stop: Int32Array<SharedArrayBuffer>;
};

const { link, text, unplugAfterTimes, stop } = workerData as BoardThreadData;
const pty = openPty({ link });
const bytes = Buffer.from(text);
let sent = 0;
while (sent < unplugAfterTimes && Atomics.load(stop, 0) === 0) {
  if (pty.write(bytes) > 0) sent += 1;
  // Nobody listens yet, or the buffer is full: leave the processor to the reader for a moment.
  else Atomics.wait(stop, 0, 0, 1);
}
pty.unplug();
