import type { SystemClock } from '../../agent/system/clock.ts';
import type { Cancel } from '../../hardware/timing.ts';
import type { Board } from './board.ts';
import type { Life } from './life.ts';
import { MINUTE_MS, type Scene } from './scene.ts';

/** As `agent/commands/run.ts` has it. */
const BELIEVABLE_FROM_MS = Date.UTC(2026, 10, 1);
/** As `agent/system/clock.ts` has it. */
const OFF_MS_MAX = 10 * MINUTE_MS;

/** Which part of the agent owns a timer. */
export type TimerOwner = 'pipeline' | 'tokens' | 'sender' | 'duties';

/** Timers of one process, counted: a leak or a spin must not go unseen. */
export class TimerCount {
  readonly pending: Record<TimerOwner, number> = { pipeline: 0, tokens: 0, sender: 0, duties: 0 };
  readonly fired: Record<TimerOwner, number> = { pipeline: 0, tokens: 0, sender: 0, duties: 0 };
}

/** What a server told one process of the time, for all its parts. */
export type HeardTime = { told: { readonly wallMs: number; readonly atMs: number } | null };

export function processClock(
  scene: Scene,
  board: Board,
  life: Life,
  owner: TimerOwner,
  count: TimerCount,
  heard: HeardTime,
): SystemClock {
  const after = (delayMs: number, run: () => void): Cancel => {
    if (life.isOver) return () => undefined;
    let isWaiting = true;
    const end = (): void => {
      if (!isWaiting) return;
      isWaiting = false;
      count.pending[owner] -= 1;
    };
    count.pending[owner] += 1;
    const cancel = scene.after(delayMs, () => {
      end();
      count.fired[owner] += 1;
      if (!life.isOver) run();
    });
    return () => {
      end();
      cancel();
    };
  };
  const isContradicted = (): boolean => {
    if (heard.told === null) return false;
    const expectedMs = heard.told.wallMs + board.monotonicMs() - heard.told.atMs;
    return Math.abs(expectedMs - board.wallMs()) > OFF_MS_MAX;
  };
  const wallTrusted = (): boolean => !isContradicted() && board.wallMs() >= BELIEVABLE_FROM_MS;
  return {
    nowMs: () => board.monotonicMs(),
    after,
    wallMs: () => board.wallMs(),
    wallTrusted,
    hearWallMs: (toldMs) => {
      heard.told = { wallMs: toldMs, atMs: board.monotonicMs() };
    },
    instant: () => ({
      bootId: board.bootId,
      monotonicMs: board.monotonicMs(),
      wallMs: board.wallMs(),
      wallTrusted: board.isSynchronised && wallTrusted(),
    }),
  };
}
