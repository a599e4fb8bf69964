import { type Answer, drsError, invalidToken, lwaError, reasonPhrase } from './answer.ts';
import type { SandboxCall } from './calls.ts';
import type { Fault } from './faults.ts';

/** What is to happen on the connection. */
export type Wire =
  | { readonly kind: 'answer'; readonly answer: Answer }
  /** Declares the whole length, sends half of it, closes. */
  | { readonly kind: 'truncated'; readonly answer: Answer }
  | { readonly kind: 'trickle'; readonly answer: Answer; readonly intervalMs: number }
  | { readonly kind: 'drop' | 'reset' | 'hang' };

const TRICKLE_MS = 1;
const HUGE_BYTES = 10 * 1024 * 1024;

/** Turns the answer that would have been right into what the fault makes of it. */
export function spoil(answer: Answer, fault: Fault, call: SandboxCall): Wire {
  switch (fault.kind) {
    case 'delay':
      return { kind: 'answer', answer };
    case 'drop':
    case 'reset':
    case 'hang':
      return { kind: fault.kind };
    case 'truncated':
      return { kind: 'truncated', answer };
    case 'trickle':
      return { kind: 'trickle', answer, intervalMs: fault.intervalMs ?? TRICKLE_MS };
    default:
      return { kind: 'answer', answer: spoilAnswer(answer, fault, call) };
  }
}

type AnswerFault = Exclude<Fault, { kind: 'delay' | 'drop' | 'reset' | 'hang' | 'truncated' | 'trickle' }>;

function spoilAnswer(answer: Answer, fault: AnswerFault, call: SandboxCall): Answer {
  switch (fault.kind) {
    case 'status':
      return statusAnswer(fault, call);
    case 'invalid-token':
      return call === 'token'
        ? lwaError(400, 'invalid_grant', 'The request has an invalid grant parameter : refresh_token')
        : invalidToken();
    case 'html':
      return verbatim(answer, fault.status ?? 200, 'text/html', '<html><body>Sorry!</body></html>');
    case 'verbatim':
      return verbatim(answer, fault.status ?? 200, fault.contentType ?? 'application/json', fault.body);
    case 'malformed':
      return { ...answer, body: answer.body.replace(/.$/, ',') || '{,' };
    case 'empty':
      return { ...answer, body: '' };
    case 'detail-code':
      return edit(answer, { detailCode: fault.detailCode });
    case 'no-instance-id':
      return edit(answer, { eventInstanceId: undefined });
    case 'instance-id':
      return edit(answer, { eventInstanceId: 'amzn1.dash.v2.o.'.padEnd(fault.length, 'A') });
    case 'huge':
      return edit(answer, { padding: 'x'.repeat(fault.bytes ?? HUGE_BYTES) });
  }
}

function statusAnswer(fault: Extract<Fault, { kind: 'status' }>, call: SandboxCall): Answer {
  const message = fault.message ?? `A fault of the sandbox: ${fault.status} ${reasonPhrase(fault.status)}.`;
  const answer =
    call === 'token'
      ? lwaError(fault.status, fault.error ?? 'ServerError', message)
      : drsError(fault.status, message);
  const retryAfter =
    fault.retryAfterDateMs === undefined
      ? fault.retryAfterS?.toString()
      : new Date(Date.now() + fault.retryAfterDateMs).toUTCString();
  return {
    ...answer,
    headers: {
      ...answer.headers,
      ...(retryAfter === undefined ? {} : { 'Retry-After': retryAfter }),
      ...(fault.location === undefined ? {} : { Location: fault.location }),
    },
  };
}

function verbatim(answer: Answer, status: number, contentType: string, body: string): Answer {
  const reason = status === answer.status ? answer.reason : reasonPhrase(status);
  return { status, reason, headers: { ...answer.headers, 'Content-Type': contentType }, body };
}

/** Changes members of a JSON body; one that is `undefined` disappears. */
function edit(answer: Answer, members: Readonly<Record<string, unknown>>): Answer {
  const body: unknown = answer.body === '' ? {} : JSON.parse(answer.body);
  return { ...answer, body: JSON.stringify(Object.assign({}, body, members)) };
}
