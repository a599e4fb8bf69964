import { request as httpRequest, type IncomingMessage } from 'node:http';
import { request as httpsRequest } from 'node:https';
import { connect } from 'node:net';
import type { CallRule, DrsCall } from './calls.ts';
import { CALL_RULES } from './calls.ts';

/** A request of the tests, sent as it stands: nothing is added but Host and, for a body, its length. */
export type Outgoing = {
  readonly method: string;
  /** Raw request target. */
  readonly path: string;
  /** In order; a name may be there twice. */
  readonly headers: readonly (readonly [name: string, value: string])[];
  readonly body?: string;
};

export type Incoming = {
  readonly status: number;
  readonly reason: string;
  readonly headers: IncomingMessage['headers'];
  readonly rawHeaders: readonly string[];
  readonly body: string;
  readonly json: unknown;
};

/** What a status body must hold to be by the letter. */
export const SLOT_STATUS_BODY = JSON.stringify({
  expectedReplenishmentDate: '2026-03-01T08:00:00Z',
  remainingQuantityInUnit: 4.5,
  originalQuantityInUnit: 12,
  totalQuantityOnHand: 0,
  lastUseDate: '2026-02-20',
});
export const DEVICE_STATUS_BODY = JSON.stringify({ mostRecentlyActiveDate: '2026-02-20T17:30:00Z' });

/** The rule of a call in the API's table. */
export function ruleOf(call: DrsCall): CallRule {
  const rule = CALL_RULES.find((candidate) => candidate.call === call);
  if (rule === undefined) throw new Error(`There is no call ${call}.`);
  return rule;
}

/** A call by the letter, to be spoilt by the test if it likes. */
export function drsRequest(call: DrsCall, path: string, token: string): Outgoing {
  const rule = ruleOf(call);
  const body = call === 'slotStatus' ? SLOT_STATUS_BODY : call === 'deviceStatus' ? DEVICE_STATUS_BODY : '';
  return {
    method: rule.method,
    path,
    headers: [
      ['Authorization', `Bearer ${token}`],
      ['x-amzn-type-version', rule.inputType],
      ['x-amzn-accept-type', rule.resultTypes[0] ?? ''],
      ...(body === '' ? [] : [['Content-Type', 'application/json'] as const]),
    ],
    ...(body === '' ? {} : { body }),
  };
}

/** The same request with one header changed, or taken away when the value is null. */
export function withHeader(request: Outgoing, name: string, value: string | null): Outgoing {
  const others = request.headers.filter(([other]) => other.toLowerCase() !== name.toLowerCase());
  return { ...request, headers: value === null ? others : [...others, [name, value]] };
}

/** Sends on a connection of its own. Rejects with the connection's error when no whole answer arrives. */
export function send(origin: string, outgoing: Outgoing, ca?: string): Promise<Incoming> {
  return new Promise((resolve, reject) => {
    const url = new URL(origin);
    const { hostname, port, host } = url;
    const options = {
      hostname,
      port,
      path: outgoing.path,
      method: outgoing.method,
      agent: false,
      headers: ['Host', host, ...outgoing.headers.flat(), ...lengthHeader(outgoing)],
    };
    const request =
      url.protocol === 'https:' ? httpsRequest({ ...options, ...(ca ? { ca } : {}) }) : httpRequest(options);
    request.once('error', reject);
    request.once('response', (response) => receive(response).then(resolve, reject));
    request.end(outgoing.body);
  });
}

/** Sends bytes as they are and gives all that comes back until the other side closes. */
export function sendBytes(port: number, text: string): Promise<string> {
  return new Promise((resolve, reject) => {
    let answer = '';
    const socket = connect({ port, host: '127.0.0.1' });
    socket.setEncoding('latin1');
    socket.on('data', (part: string) => {
      answer += part;
    });
    socket.once('error', reject);
    socket.once('close', () => resolve(answer));
    socket.end(Buffer.from(text, 'latin1'));
  });
}

/** Without it node:http would send an empty chunked body after a POST. */
function lengthHeader({ method, headers, body }: Outgoing): readonly string[] {
  if (headers.some(([name]) => name.toLowerCase() === 'transfer-encoding')) return [];
  const hasLength = body !== undefined || method === 'POST' || method === 'PUT';
  return hasLength ? ['Content-Length', `${Buffer.byteLength(body ?? '')}`] : [];
}

async function receive(response: IncomingMessage): Promise<Incoming> {
  const chunks: Buffer[] = [];
  for await (const chunk of response as AsyncIterable<Buffer>) chunks.push(chunk);
  const body = Buffer.concat(chunks).toString('utf8');
  const { statusCode = 0, statusMessage = '', headers, rawHeaders } = response;
  return { status: statusCode, reason: statusMessage, headers, rawHeaders, body, json: parse(body) };
}

function parse(body: string): unknown {
  try {
    return JSON.parse(body);
  } catch {
    return undefined;
  }
}
