import { randomUUID } from 'node:crypto';

/** One HTTP answer before it is put on the wire. */
export type Answer = {
  readonly status: number;
  readonly reason: string;
  readonly headers: Readonly<Record<string, string>>;
  readonly body: string;
};

const REASONS: Readonly<Record<number, string>> = {
  200: 'OK',
  302: 'Found',
  400: 'Bad Request',
  401: 'Unauthorized',
  403: 'Forbidden',
  404: 'Not Found',
  429: 'Too Many Requests',
  500: 'Internal Server Error',
  503: 'Service Unavailable',
};

const INVALID_TOKEN_TYPE =
  'InvalidTokenException:http://internal.amazon.com/coral/com.amazon.parkeraccioservice/';

export function reasonPhrase(status: number): string {
  return REASONS[status] ?? 'Unknown';
}

/** Headers that the service puts on every answer. */
export function serviceHeaders(): Record<string, string> {
  return { 'x-amzn-RequestId': randomUUID(), 'x-amz-Date': new Date().toUTCString() };
}

/** A success of DRS; `body` undefined for the calls that answer with headers only. */
export function drsResult(reason: string, resultType: string, body?: unknown): Answer {
  const headers = { ...serviceHeaders(), 'x-amzn-type-version': resultType };
  if (body === undefined) return { status: 200, reason, headers, body: '' };
  return {
    status: 200,
    reason,
    headers: { ...headers, 'Content-Type': 'application/json' },
    body: JSON.stringify(body),
  };
}

/** An error of DRS. Only the error type of an invalid token is known, so no other is made up. */
export function drsError(status: number, message: string): Answer {
  return {
    status,
    reason: reasonPhrase(status),
    headers: { ...serviceHeaders(), 'Content-Type': 'application/json' },
    body: JSON.stringify({ message }),
  };
}

/** A bad, expired or missing access token: 400, not 401. */
export function invalidToken(): Answer {
  const answer = drsError(400, 'Invalid token');
  return { ...answer, headers: { ...answer.headers, 'x-amzn-ErrorType': INVALID_TOKEN_TYPE } };
}

/** An error of the token endpoint: another shape than that of DRS. */
export function lwaError(status: number, error: string, description: string): Answer {
  return {
    status,
    reason: reasonPhrase(status),
    headers: {
      ...serviceHeaders(),
      'Content-Type': 'application/json;charset=UTF-8',
      'Cache-Control': 'no-store',
      Pragma: 'no-cache',
      'x-amzn-ErrorType': `${lwaExceptionName(error)}:http://internal.amazon.com/coral/com.amazon.panda/`,
    },
    body: JSON.stringify({ error, error_description: description }),
  };
}

function lwaExceptionName(error: string): string {
  const words = error.split('_').map((word) => word.charAt(0).toUpperCase() + word.slice(1));
  return `OA2${words.join('')}Exception`;
}
