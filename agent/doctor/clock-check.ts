import type { Exchange } from '../replenish/classify.ts';
import { BELIEVABLE_FROM_MS } from '../system/clock.ts';
import { type Check, fail, ok, type Rounds, warn } from './check.ts';

const SET_BY_NETWORK = 'sudo timedatectl set-ntp true';

/** Certificates and tokens stop working somewhere beyond; the agent itself doubts the clock from here on. */
const WRONG_MS = 10 * 60_000;
/** A Date header counts whole seconds and has been on its way. */
const EXACT_MS = 5_000;

/**
 * Whether the time is right: what the system says of it, and what DRS says.
 * @param isProven whether DRS proves by TLS who it is; only then does its clock count.
 */
export function clockCheck(isProven: boolean): Check {
  return {
    name: 'clock',
    run: async (rounds) => {
      const [isSynchronised, offsetMs] = await Promise.all([
        synchronised(rounds),
        isProven ? offsetOf(rounds) : null,
      ]);
      const wallMs = rounds.clock.wallMs();
      const shown = new Date(wallMs).toISOString();
      if (wallMs < BELIEVABLE_FROM_MS)
        return fail(`The clock shows ${shown}, which is before this program was written.`, SET_BY_NETWORK);
      const apart = offsetMs === null ? '' : `, ${Math.round(Math.abs(offsetMs) / 1000)} s apart from DRS's`;
      if (offsetMs !== null && Math.abs(offsetMs) > WRONG_MS)
        return fail(`The clock shows ${shown}${apart}: certificates are judged by it.`, SET_BY_NETWORK);
      if (isSynchronised === true) return ok(`The clock is set from the network${apart}.`);
      if (offsetMs !== null && Math.abs(offsetMs) <= EXACT_MS) {
        return isSynchronised === null
          ? ok(`The clock is right${apart}.`)
          : warn(`The clock is right${apart}, and nobody keeps it so.`, SET_BY_NETWORK);
      }
      return warn(
        `The clock shows ${shown}${apart}; nothing says that it is set from the network.`,
        'timedatectl',
      );
    },
  };
}

/** null when nobody can tell. */
async function synchronised({ clock, tool }: Rounds): Promise<boolean | null> {
  if (clock.instant().wallTrusted) return true;
  // The kernel's own flag, whichever program sets the clock.
  const said = await tool('timedatectl', ['show', '--property=NTPSynchronized', '--value']);
  if (said.kind !== 'said') return null;
  return { yes: true, no: false }[said.text.trim()] ?? null;
}

/** How far this clock is ahead of DRS's; null when DRS does not say what time it is. */
async function offsetOf({ clock, knock }: Rounds): Promise<number | null> {
  const exchange = await knock();
  const toldMs = dateOf(exchange);
  return toldMs === null ? null : clock.wallMs() - toldMs;
}

function dateOf(exchange: Exchange | null): number | null {
  if (exchange?.kind !== 'answer') return null;
  const toldMs = Date.parse(exchange.headers.date ?? '');
  return Number.isNaN(toldMs) ? null : toldMs;
}
