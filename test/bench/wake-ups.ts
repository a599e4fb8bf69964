import { readFileSync } from 'node:fs';
import { performance } from 'node:perf_hooks';
import { createClock } from '../../agent/system/clock.ts';
import { linesSource } from '../../hardware/serial/lines-source.ts';
import { openPty } from '../support/pty.ts';

/*
 * How often this process turns its event loop, and reads, for a frame of a serial device. The next frame is sent when
 * the one before has become a reading, so that each stands alone. To be run by itself.
 */
const FRAMES = 500;
/** Until code is loaded and threads are started. */
const FIRST_FRAMES = 20;

type Counts = { readonly turns: number; readonly reads: number };

function counts(): Counts {
  const reads = /^syscr: (\d+)$/m.exec(readFileSync('/proc/self/io', 'utf8'))?.[1];
  return { turns: performance.nodeTiming.uvMetricsInfo.loopCount, reads: Number(reads) };
}

const pty = openPty();
let frames = -FIRST_FRAMES;
let before = counts();

function send(): void {
  pty.write(`slot=1 raw=${500 + (frames & 3)}\r\n`);
}

/** Once more where the driver, as it opens the device, has thrown the very first frame away with what was there before. */
function begin(): void {
  if (frames > -FIRST_FRAMES) return;
  // The first line is dropped: it may have been entered in its middle.
  pty.write('\r\n');
  send();
  setTimeout(begin, 1_000).unref();
}

const source = linesSource(
  'board',
  { port: pty.path, baudRate: 9600, reopenAfterSilenceMs: 60_000, pattern: 'slot=\\d+ raw=(?<value>\\d+)' },
  {
    onReading: () => {
      frames += 1;
      if (frames === 0) before = counts();
      if (frames < FRAMES) send();
      else {
        const after = counts();
        const turnsPerFrame = (after.turns - before.turns) / FRAMES;
        // One of them is the pseudo-terminal's: it looks for what the program has sent.
        const readsPerFrame = (after.reads - before.reads) / FRAMES - 1;
        process.stdout.write(`${JSON.stringify({ turnsPerFrame, readsPerFrame })}\n`);
        void source.close();
      }
    },
    onHealth: ({ state }) => {
      if (state === 'open') begin();
    },
  },
  createClock(0),
);
source.open();
