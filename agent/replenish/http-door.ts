import { readFileSync } from 'node:fs';
import { setFlagsFromString } from 'node:v8';
import type { Dispatcher, Pool } from 'undici';
import type { Timing } from '../../hardware/timing.ts';
import type { Exchange } from './classify.ts';
import { noAnswerMessage, notSentMessage, type Peer, plainError } from './http-trouble.ts';
import type { DrsRequest } from './request.ts';

export type HttpSettings = {
  /** Base URL; its path, if any, is the caller's business. */
  readonly url: string;
  /** Certificate authorities to trust instead of the list that comes with the runtime, PEM file; null for that list. */
  readonly caFile: string | null;
  readonly timeouts: { readonly connectMs: number; readonly headersMs: number; readonly bodyMs: number };
};

const DRS: Peer = { name: 'DRS', settings: 'replenish' };

export type HttpDoor = {
  /** Makes one attempt and never repeats it: repeating an order is a decision. Never rejects. */
  exchange(request: DrsRequest): Promise<Exchange>;
  close(): Promise<void>;
};

/** An answer larger than this is not one of DRS; its status counts, its body is not read. Bytes. */
const BODY_BYTES_MAX = 64 * 1024;

/**
 * V8 would compile undici's parser, which is WebAssembly, a second time after a few answers: 100 ms and 6 to 10 MB that
 * stay, for answers that come a few times a day. A budget of executed bytes is no way out: the largest there is lasts for
 * 260 answers. So the one function that may be compiled again is one that the parser does not have.
 */
const COMPILED_AGAIN = 1_000_000;

/** More slots than this crossing at once wait for each other; a board has few sockets to spare. */
const CONNECTIONS_MAX = 8;

/**
 * The door to undici. TLS is always verified, redirects are never followed, HTTP/2 is off so that the request goes
 * out to the letter of the API document.
 *
 * Whether a request may have reached DRS decides about money, so it is not guessed from error codes: undici calls
 * `onRequestStart` right before it writes the first byte. Before that call nothing has left; after it, anything may.
 */
export function openHttpDoor(settings: HttpSettings, timing: Timing, peer = DRS): HttpDoor {
  const { timeouts } = settings;
  let pool: Pool | null = null;
  let isClosed = false;
  const openPool = async (): Promise<Pool> => {
    // Loaded for the first request: a start has more urgent things to do.
    const { Pool } = await import('undici');
    // Here and not in the unit: a start with it would not use what Node has compiled of its own modules.
    setFlagsFromString(`--wasm-tier-up-filter=${COMPILED_AGAIN}`);
    pool ??= new Pool(new URL(settings.url).origin, poolOptions(settings));
    if (isClosed) await pool.destroy();
    return pool;
  };
  return {
    exchange: (request) =>
      new Promise((resolve) => {
        const attempt = new Attempt(request, { peer, isPlain: settings.url.startsWith('http:') }, resolve);
        const { method, path, headers, body = null } = request;
        const dispatch = (opened: Pool): void => {
          const deadlineMs = timeouts.connectMs + timeouts.headersMs + timeouts.bodyMs;
          attempt.onEnd = timing.after(deadlineMs, () => attempt.giveUp(deadlineMs));
          opened.dispatch({ method, path, headers, body }, attempt);
        };
        if (pool !== null) dispatch(pool);
        // The file may be provisioned later: the next attempt looks again.
        else openPool().then(dispatch, (error: unknown) => attempt.neverBegan(error));
      }),
    close: async () => {
      isClosed = true;
      await pool?.destroy();
    },
  };
}

function poolOptions({ caFile, timeouts }: HttpSettings): Pool.Options {
  return {
    allowH2: false,
    pipelining: 1,
    connections: CONNECTIONS_MAX,
    headersTimeout: timeouts.headersMs,
    bodyTimeout: timeouts.bodyMs,
    connect: {
      timeout: timeouts.connectMs,
      rejectUnauthorized: true,
      ...(caFile === null ? {} : { ca: readFileSync(caFile) }),
    },
  };
}

/** Where a request goes, and whether without TLS. */
type Way = { readonly peer: Peer; readonly isPlain: boolean };

/** One request on its way; ends exactly once. */
class Attempt implements Dispatcher.DispatchHandler {
  onEnd: (() => void) | null = null;
  readonly #resolve: (exchange: Exchange) => void;
  readonly #peer: Peer;
  readonly #isPlain: boolean;
  readonly #secret: string;
  #controller: Dispatcher.DispatchController | null = null;
  #hasEnded = false;
  #status: number | null = null;
  #headers: Record<string, string | string[] | undefined> = {};
  #chunks: Buffer[] = [];
  #bytes = 0;

  constructor(request: DrsRequest, { peer, isPlain }: Way, resolve: (exchange: Exchange) => void) {
    this.#resolve = resolve;
    this.#peer = peer;
    this.#isPlain = isPlain;
    this.#secret = (request.headers['Authorization'] ?? '').replace(/^Bearer /, '');
  }

  onRequestStart(controller: Dispatcher.DispatchController): void {
    // Given up while it queued: aborted here, undici writes nothing.
    if (this.#hasEnded) controller.abort(new Error('given up before it was sent'));
    else this.#controller = controller;
  }

  onResponseStart(
    _controller: Dispatcher.DispatchController,
    status: number,
    headers: Record<string, string | string[] | undefined>,
  ): void {
    if (status < 200) return;
    this.#status = status;
    this.#headers = headers;
  }

  onResponseData(controller: Dispatcher.DispatchController, chunk: Buffer): void {
    this.#bytes += chunk.length;
    if (this.#bytes <= BODY_BYTES_MAX) {
      this.#chunks.push(chunk);
      return;
    }
    this.#end(null);
    controller.abort(new Error('the answer is too large'));
  }

  onResponseEnd(): void {
    this.#end(Buffer.concat(this.#chunks).toString('utf8'));
  }

  onResponseError(_controller: Dispatcher.DispatchController, error: Error): void {
    this.#end(null, error);
  }

  /** There is no pool to send it by. */
  neverBegan(error: unknown): void {
    if (this.#hasEnded) return;
    this.#hasEnded = true;
    this.onEnd?.();
    const message = `Nothing was sent: ${this.#peer.settings}.caFile can't be used: ${plainError(error)}.`;
    this.#resolve({ kind: 'not-sent', message });
  }

  /** The last net under undici's own deadlines: no attempt outlives the sum of them. */
  giveUp(afterMs: number): void {
    this.#end(null, new Error(`no answer within ${Math.round(afterMs / 1000)} s`));
    this.#controller?.abort(new Error('given up'));
  }

  #end(body: string | null, error?: Error): void {
    if (this.#hasEnded) return;
    this.#hasEnded = true;
    this.onEnd?.();
    this.#resolve(this.#exchange(body, error));
  }

  #exchange(body: string | null, error: Error | undefined): Exchange {
    if (this.#status !== null) {
      return {
        kind: 'answer',
        status: this.#status,
        headers: {
          requestId: this.#header('x-amzn-requestid'),
          errorType: this.#header('x-amzn-errortype'),
          retryAfter: this.#header('retry-after'),
          date: this.#header('date'),
        },
        // DRS is not known to echo the token; if it ever does, it must not reach a report.
        body: body === null ? null : this.#redact(body),
      };
    }
    if (this.#controller === null) return { kind: 'not-sent', message: notSentMessage(error, this.#peer) };
    return { kind: 'no-answer', message: this.#redact(noAnswerMessage(error, this.#peer, this.#isPlain)) };
  }

  #header(name: string): string | null {
    const value = this.#headers[name];
    const text = Array.isArray(value) ? value[0] : value;
    return text === undefined ? null : this.#redact(text);
  }

  #redact(text: string): string {
    return this.#secret === '' ? text : text.replaceAll(this.#secret, '[token]');
  }
}
