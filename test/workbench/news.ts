import * as v from 'valibot';
import { finiteNumber } from '../../config/json-value.ts';

/** Something that could be seen from outside the agent: on MQTT, at DRS, at the board, at the process. */
export type News =
  | { readonly kind: 'status'; readonly isOnline: boolean }
  | {
      readonly kind: 'device';
      /** State of the connection to the board, as the agent reports it. */
      readonly hardware: string;
      readonly token: string;
    }
  | ({ readonly kind: 'slot'; readonly slot: string } & SlotReport)
  | {
      readonly kind: 'order';
      readonly slot: string;
      readonly outcome: string;
      readonly detailCode: string | null;
      readonly message: string | null;
      readonly attempt: number;
    }
  | { readonly kind: 'token-request'; readonly reason: string }
  | { readonly kind: 'token' }
  /** The whole list, as sentences; it comes when one of them comes or goes. */
  | { readonly kind: 'alerts'; readonly texts: readonly string[] }
  /** A message that the contract does not know. */
  | { readonly kind: 'unreadable'; readonly topic: string }
  | {
      readonly kind: 'request';
      /** Null when the request names no slot of the scene. */
      readonly slot: string | null;
      readonly method: string;
      readonly url: string;
      /** Null when nothing was answered. */
      readonly httpStatus: number | null;
      readonly detailCode: string | null;
      /** Whether this very request bought something. */
      readonly isPurchase: boolean;
      readonly violations: readonly string[];
    }
  | { readonly kind: 'ran-low'; readonly slot: string }
  | { readonly kind: 'refilled'; readonly slot: string; readonly by: 'parcel' | 'hand' }
  | { readonly kind: 'drained'; readonly slot: string }
  | { readonly kind: 'network'; readonly isUp: boolean }
  /** The next answer of DRS to an order will be lost. */
  | { readonly kind: 'losing-answer' }
  | { readonly kind: 'page'; readonly url: string }
  | { readonly kind: 'plug'; readonly isPlugged: boolean }
  | { readonly kind: 'speed'; readonly speed: number }
  | { readonly kind: 'agent-started'; readonly pid: number }
  | { readonly kind: 'agent-killed' };

/** The retained state of a slot, as far as it is shown. */
export type SlotReport = {
  readonly phase: string;
  readonly reason: string | null;
  /** Percent; null when unknown. */
  readonly level: number | null;
  readonly why: string;
};

const text = v.pipe(v.string(), v.maxLength(1000));
const slotReport = v.object({
  phase: text,
  reason: v.nullable(text),
  level: v.nullable(finiteNumber),
  why: text,
});
const order = v.object({
  outcome: text,
  detailCode: v.nullable(text),
  message: v.nullable(text),
  attempt: finiteNumber,
});
const device = v.object({
  hardware: v.object({ board: v.object({ state: text }) }),
  token: v.object({ state: text }),
});
const alerts = v.array(v.object({ text }));
const tokenRequest = v.object({ reason: text });

/**
 * Reads what came over MQTT, by the contract and by nothing of the agent's own: this is a witness. Pure.
 * @param base `{prefix}/{deviceId}`, without a slash at the end.
 */
export function readMessage(base: string, topic: string, payload: string): News {
  const rest = topic.startsWith(`${base}/`) ? topic.slice(base.length + 1) : '';
  if (rest === 'status') return { kind: 'status', isOnline: payload === 'online' };
  if (rest === 'token') return { kind: 'token' };
  return readJsonMessage(rest.split('/'), parseJson(payload)) ?? { kind: 'unreadable', topic };
}

function readJsonMessage(words: readonly string[], json: unknown): News | null {
  const [root, slot, leaf] = words;
  if (root === 'device' && words.length === 1) {
    const read = v.safeParse(device, json);
    if (!read.success) return null;
    return { kind: 'device', hardware: read.output.hardware.board.state, token: read.output.token.state };
  }
  if (root === 'alerts' && words.length === 1) {
    const read = v.safeParse(alerts, json);
    return read.success ? { kind: 'alerts', texts: read.output.map((alert) => alert.text) } : null;
  }
  if (root === 'token' && slot === 'request') {
    const read = v.safeParse(tokenRequest, json);
    return read.success ? { kind: 'token-request', reason: read.output.reason } : null;
  }
  if (root !== 'slots' || slot === undefined) return null;
  if (leaf === undefined) {
    const read = v.safeParse(slotReport, json);
    return read.success ? { kind: 'slot', slot, ...read.output } : null;
  }
  const read = v.safeParse(order, json);
  return leaf === 'order' && read.success ? { kind: 'order', slot, ...read.output } : null;
}

/** The detail code in DRS's answer, or null. Pure. */
export function detailCodeOf(body: string): string | null {
  const read = v.safeParse(v.object({ detailCode: text }), parseJson(body));
  return read.success ? read.output.detailCode : null;
}

function parseJson(payload: string): unknown {
  try {
    return JSON.parse(payload);
  } catch {
    return undefined;
  }
}
