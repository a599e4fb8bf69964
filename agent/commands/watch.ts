import type { Whereabouts } from '../command-line/request.ts';
import { type LiveShow, openLineShow, openScreenShow } from '../live/live-show.ts';
import type { LiveSource } from '../live/live-source.ts';
import { BELIEVABLE_FROM_MS, createClock } from '../system/clock.ts';
import { canBeLive } from '../terminal/style.ts';
import { type FoundLive, findLive, type LiveDeps } from './find-live.ts';
import { listenForEnd } from './signals.ts';

/** The time and the age of a reading move on though nothing else does. */
const REFRESH_MS = 1_000;

/** A service that has just started, or stopped, needs a moment. */
const AGAIN_MS = 500;

/** `watch`: every slot, live, until the person has seen enough. Returns the exit code. */
export async function watch(where: Whereabouts, version: string, env: NodeJS.ProcessEnv): Promise<number> {
  const clock = createClock(BELIEVABLE_FROM_MS);
  const deps: LiveDeps = { version, env, clock };
  const signal = listenForEnd();
  const asked = Promise.withResolvers<void>();
  const quit = (): void => asked.resolve();
  // Whoever read our lines has gone.
  process.stdout.on('error', quit);
  const ended = Promise.race([signal.told, asked.promise]).then(() => null);

  // Before the terminal is taken over: what can't work is said in lines that stay.
  const first = await findLive(where, deps);
  if (first.kind === 'failed') {
    process.stderr.write(`${first.why}\n`);
    signal.release();
    return first.code;
  }
  const show = canBeLive(env) ? openScreenShow(env, quit) : openLineShow();
  process.on('exit', show.close);
  process.on('uncaughtExceptionMonitor', show.close);
  try {
    await follow(first, show);
    return 0;
  } finally {
    show.close();
    signal.release();
  }

  async function follow(found: FoundLive, on: LiveShow): Promise<void> {
    let next: FoundLive | null = found;
    while (next !== null) {
      if (next.kind === 'live') {
        const why = await showAll(next.source, on);
        if (why === null) return;
        on.note(why, clock.nowMs(), clock.wallMs());
      } else on.note(next.why, clock.nowMs(), clock.wallMs());
      const pause = new Promise<void>((resolve) => clock.after(AGAIN_MS, resolve));
      if ((await Promise.race([pause.then(() => true), ended])) === null) return;
      next = await Promise.race([findLive(where, deps), ended]);
    }
  }

  /** Until the person has seen enough (null), or the source has ended: why. */
  async function showAll(source: LiveSource, on: LiveShow): Promise<string | null> {
    try {
      for (;;) {
        const frame = await Promise.race([source.next(REFRESH_MS), ended]);
        if (frame === null || typeof frame === 'string') return frame;
        on.show(frame, source.kind, clock.nowMs(), clock.wallMs());
      }
    } finally {
      await source.close();
    }
  }
}
