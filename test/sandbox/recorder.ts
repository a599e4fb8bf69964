import type { Answer } from './answer.ts';
import type { SandboxCall } from './calls.ts';
import type { Fault } from './faults.ts';
import type { RawRequest } from './raw-request.ts';

/** What a request was taken for. */
export type Understanding = {
  /** Null when no call fits. */
  readonly call: SandboxCall | null;
  readonly slotId: string | null;
  /** What deviates from the letter, one sentence each. */
  readonly violations: readonly string[];
  /** The fault that it meets. */
  readonly fault: Fault['kind'] | null;
};

/** What came of a request. */
export type Outcome = {
  /** Whether this very request bought something. */
  readonly orderRecorded: boolean;
  /** What was sent; null for none, or none yet. A long body is cut. */
  readonly answer: Answer | null;
};

/** One request, and all that came of it. */
export type RecordedRequest = Understanding &
  Outcome & {
    /** 1 for the first. */
    readonly number: number;
    /** When it had arrived in full, ISO 8601. */
    readonly at: string;
    /** The sender's port: equal for requests on one connection. */
    readonly clientPort: number;
    readonly method: string;
    /** The request target, raw. */
    readonly url: string;
    readonly rawHeaders: readonly string[];
    readonly body: string;
  };

export type Recorder = {
  /** Records an arrival. The function returned takes the outcome, before the answer leaves. */
  arrive(request: RawRequest, clientPort: number, understanding: Understanding): (outcome: Outcome) => void;
  /** Oldest first; the oldest of very many are forgotten. */
  requests(): readonly RecordedRequest[];
  /** Every violation so far, with the request it was in. */
  violations(): readonly string[];
};

const MAX_REQUESTS = 10_000;
const MAX_RECORDED_BODY = 65_536;

/** Keeps what came and went. `onRequest` hears of every request when its outcome is known. */
export function createRecorder(onRequest: (request: RecordedRequest) => void): Recorder {
  const requests = new Map<number, RecordedRequest>();
  let count = 0;
  return {
    arrive(request, clientPort, understanding) {
      count += 1;
      const arrived: RecordedRequest = {
        ...understanding,
        number: count,
        at: new Date().toISOString(),
        clientPort,
        method: request.method,
        url: request.url,
        rawHeaders: request.rawHeaders,
        body: request.body.toString('utf8'),
        orderRecorded: false,
        answer: null,
      };
      requests.set(arrived.number, arrived);
      requests.delete(count - MAX_REQUESTS);
      return ({ orderRecorded, answer }) => {
        const body = answer?.body.slice(0, MAX_RECORDED_BODY) ?? '';
        const done = { ...arrived, orderRecorded, answer: answer === null ? null : { ...answer, body } };
        if (requests.has(arrived.number)) requests.set(arrived.number, done);
        onRequest(done);
      };
    },
    requests: () => [...requests.values()],
    violations: () =>
      [...requests.values()].flatMap(({ method, url, violations }) =>
        violations.map((text) => `${method} ${url}: ${text}`),
      ),
  };
}
