import type { Timing } from '../../hardware/timing.ts';
import { isTokenSettled } from '../replenish/access-token.ts';
import type { Counterpart } from './counterpart.ts';

/** How long an agent that has just started may take to get its token. */
const TOKEN_MS_MAX = 60_000;

/** Waits until the agent has a token, or needs none, or for long enough; whoever goes on without one is told that it is missing. */
export async function untilToken(counterpart: Counterpart, timing: Timing): Promise<void> {
  const untilMs = timing.nowMs() + TOKEN_MS_MAX;
  while (timing.nowMs() < untilMs) {
    const frame = await counterpart.nextFrame(untilMs - timing.nowMs());
    if (typeof frame === 'string' || isTokenSettled(frame.device.token.state)) return;
  }
}
