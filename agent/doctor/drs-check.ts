import { isTls } from '../../config/schema/url.ts';
import type { Timing } from '../../hardware/timing.ts';
import type { Exchange } from '../replenish/classify.ts';
import { openHttpDoor } from '../replenish/http-door.ts';
import { basePathOf } from '../replenish/request.ts';
import { type Check, fail, ok, warn } from './check.ts';

/** Together below the deadline of a check. */
const KNOCK_MS_MAX = { connectMs: 4_000, headersMs: 4_000, bodyMs: 1_000 } as const;

/** One GET of the root, without a token: no order, no status, nothing that means anything. Never rejects. */
export async function knockAtDrs(url: string, caFile: string | null, timing: Timing): Promise<Exchange> {
  const door = openHttpDoor({ url, caFile, timeouts: KNOCK_MS_MAX }, timing);
  const exchange = await door.exchange({ method: 'GET', path: `${basePathOf(url)}/`, headers: {} });
  await door.close();
  return exchange;
}

/** Whether DRS can be reached at all; any answer will do. */
export function drsCheck(url: string): Check {
  return {
    name: 'drs',
    run: async ({ clock, knock }) => {
      const beganMs = clock.nowMs();
      const exchange = await knock();
      const remedy = `curl -v ${url}/`;
      if (exchange === null) return warn('There is no configuration to say where DRS is.', null);
      if (exchange.kind !== 'answer') return fail(exchange.message, remedy);
      const { status } = exchange;
      const took = `${Math.round(clock.nowMs() - beganMs)} ms`;
      if (isWebPage(exchange)) {
        const found = `What answers at ${url} is a web page (status ${status}) and not DRS: a hotspot that wants a login, or a proxy.`;
        // With a certificate that was proven, the page is Amazon's own, or comes from an authority that was added here.
        return isTls(url) ? warn(found, remedy) : fail(found, remedy);
      }
      if (status >= 500)
        return warn(`DRS can be reached and has trouble of its own (status ${status}).`, remedy);
      return ok(`DRS can be reached: an answer (status ${status}) after ${took}. Nothing was ordered.`);
    },
  };
}

/** DRS bears a request id on every answer; a hotspot redirects, or shows its page. */
function isWebPage({ status, headers, body }: Extract<Exchange, { kind: 'answer' }>): boolean {
  if (headers.requestId !== null) return false;
  return (
    (status >= 300 && status < 400) || /^\s*<(?:!doctype html|html|head|body|meta|script)\b/i.test(body ?? '')
  );
}
