import { loadConfig } from '../../config/load.ts';
import { helpText } from '../command-line/help-text.ts';
import type { Whereabouts } from '../command-line/request.ts';
import { BELIEVABLE_FROM_MS, createClock, type SystemClock } from '../system/clock.ts';
import { whyNotAgreed } from './agree.ts';
import { type Counterpart, counterpartBehind } from './counterpart.ts';
import { inForeground } from './foreground.ts';
import { orderAndWait } from './order-flow.ts';
import { findService } from './surroundings.ts';

/** The word between `order` and the slot whose test orders are to go. */
const CANCEL_TEST = 'cancel-test';

type OrderRequest = Whereabouts & { readonly slot: string; readonly isAgreed: boolean };

/**
 * `order`: one order now, if the gates let it through, and what came of it. By the running service; without one the
 * whole agent runs here until the outcome is known. Returns the exit code.
 */
export async function order(request: OrderRequest, version: string, env: NodeJS.ProcessEnv): Promise<number> {
  const { slot, config } = request;
  if (slot === CANCEL_TEST && !isSlotOf(config, env)) {
    process.stderr.write(`After order ${CANCEL_TEST} comes the name of a slot.\n\n${helpText('order')}`);
    return 2;
  }
  if (!request.isAgreed) {
    const code = await whyNotAgreed({
      question: `Order for ${slot} now? It may cost money.`,
      unasked: 'An order may cost money.',
      refused: 'Nothing was ordered.',
    });
    if (code !== null) return code;
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
      return run(slot, counterpart, clock, false);
    }
    case 'absent':
      return inForeground(request, { version, env, clock }, (counterpart) => {
        process.stderr.write(
          'The service is stopped: the agent runs here until the outcome is known. Ctrl-C ends it.\n',
        );
        return run(slot, counterpart, clock, true);
      });
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

/** A slot may bear the name; whoever has none, or a configuration that can't be read, has forgotten a word. */
function isSlotOf(config: string, env: NodeJS.ProcessEnv): boolean {
  const loaded = loadConfig(config, { credentialsDirectory: env['CREDENTIALS_DIRECTORY'] });
  return loaded.ok && Object.hasOwn(loaded.config.slots, CANCEL_TEST);
}
