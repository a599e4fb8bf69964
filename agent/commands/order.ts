import { createInterface } from 'node:readline/promises';
import type { Whereabouts } from '../command-line/request.ts';
import { BELIEVABLE_FROM_MS, createClock, type SystemClock } from '../system/clock.ts';
import { type Counterpart, counterpartBehind } from './counterpart.ts';
import { inForeground } from './foreground.ts';
import { orderAndWait } from './order-flow.ts';
import { findService } from './surroundings.ts';

type OrderRequest = Whereabouts & { readonly slot: string; readonly isAgreed: boolean };

/**
 * `order`: one order now, if the gates let it through, and what came of it. By the running service; without one the
 * whole agent runs here until the outcome is known. Returns the exit code.
 */
export async function order(request: OrderRequest, version: string, env: NodeJS.ProcessEnv): Promise<number> {
  if (!request.isAgreed) {
    const isTerminal = process.stdin.isTTY && process.stderr.isTTY;
    if (!isTerminal) {
      process.stderr.write('An order may cost money. Without a terminal to ask on, say so with --yes.\n');
      return 2;
    }
    if (!(await agrees(request.slot))) {
      process.stderr.write('Nothing was ordered.\n');
      return 1;
    }
  }
  const clock = createClock(BELIEVABLE_FROM_MS);
  const found = await findService(request, env, clock);
  switch (found.kind) {
    case 'refused':
      process.stderr.write(`${found.why}\n`);
      return 1;
    case 'connected': {
      const counterpart = counterpartBehind(found.connection, async () => {
        const again = await findService(request, env, clock);
        return again.kind === 'connected' ? again.connection : null;
      });
      return run(request.slot, counterpart, clock, false);
    }
    case 'absent':
      process.stderr.write(
        'The service is stopped: the agent runs here until the outcome is known. Ctrl-C ends it.\n',
      );
      return inForeground(request, { version, env, clock }, (counterpart) =>
        run(request.slot, counterpart, clock, true),
      );
  }
}

async function run(
  slot: string,
  counterpart: Counterpart,
  clock: SystemClock,
  isFresh: boolean,
): Promise<number> {
  const tell = (line: string): void => {
    process.stderr.write(`${line}\n`);
  };
  const { ok, message } = await orderAndWait({ slot, counterpart, timing: clock, isFresh, tell });
  (ok ? process.stdout : process.stderr).write(`${message}\n`);
  return ok ? 0 : 1;
}

async function agrees(slot: string): Promise<boolean> {
  const lines = createInterface({ input: process.stdin, output: process.stderr });
  try {
    const answer = await lines.question(`Order for ${slot} now? It may cost money. [y/N] `);
    return /^y(?:es)?$/i.test(answer.trim());
  } catch {
    // Ctrl-C and Ctrl-D are no yes.
    return false;
  } finally {
    lines.close();
  }
}
