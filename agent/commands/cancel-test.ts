import type { Timing } from '../../hardware/timing.ts';
import type { CommandResult } from '../command/command.ts';
import type { Whereabouts } from '../command-line.ts';
import { BELIEVABLE_FROM_MS, createClock } from '../system/clock.ts';
import { askService } from './ask-service.ts';
import type { Counterpart } from './counterpart.ts';
import { inForeground } from './foreground.ts';
import { findService } from './surroundings.ts';

type CancelRequest = Whereabouts & { readonly slot: string };

/** How long an agent that has just started may take to get its token. */
const TOKEN_MS_MAX = 60_000;

/** `order cancel-test`: cancels the test orders of a slot. Returns the exit code. */
export async function cancelTest(
  request: CancelRequest,
  version: string,
  env: NodeJS.ProcessEnv,
): Promise<number> {
  const command = { kind: 'cancel-test', slot: request.slot } as const;
  const clock = createClock(BELIEVABLE_FROM_MS);
  const found = await findService(request, env, clock);
  switch (found.kind) {
    case 'refused':
      return tell({ ok: false, message: found.why });
    case 'connected':
      return tell(await askService(found.connection, command));
    case 'absent':
      return inForeground(request, { version, env, clock }, async (counterpart) => {
        await untilToken(counterpart, clock);
        return tell(await counterpart.perform(command));
      });
  }
}

async function untilToken(counterpart: Counterpart, timing: Timing): Promise<void> {
  const untilMs = timing.nowMs() + TOKEN_MS_MAX;
  while (timing.nowMs() < untilMs) {
    const frame = await counterpart.nextFrame(untilMs - timing.nowMs());
    if (typeof frame === 'string' || frame.device.token.state === 'valid') return;
  }
}

function tell({ ok, message }: CommandResult): number {
  (ok ? process.stdout : process.stderr).write(`${message}\n`);
  return ok ? 0 : 1;
}
