import type { CommandResult } from '../command/command.ts';
import type { Whereabouts } from '../command-line/request.ts';
import { BELIEVABLE_FROM_MS, createClock } from '../system/clock.ts';
import { askService } from './ask-service.ts';
import { inForeground } from './foreground.ts';
import { findService } from './surroundings.ts';
import { untilToken } from './until-token.ts';

type CancelRequest = Whereabouts & { readonly slot: string };

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

function tell({ ok, message }: CommandResult): number {
  (ok ? process.stdout : process.stderr).write(`${message}\n`);
  return ok ? 0 : 1;
}
