import { readFileSync } from 'node:fs';
import { type Dispatcher, Pool } from 'undici';
import type { Timing } from '../../hardware/timing.ts';
import type { Exchange } from './classify.ts';
import type { DrsRequest } from './request.ts';

export type HttpSettings = {
  /** Base URL; its path, if any, is the caller's business. */
  readonly url: string;
  /** Certificate authorities to trust instead of the list that comes with the runtime, PEM file; null for that list. */
  readonly caFile: string | null;
  readonly timeouts: { readonly connectMs: number; readonly headersMs: number; readonly bodyMs: number };
};

/** Who is at the other end, for people: its name, and where its settings stand in the configuration. */
export type Peer = { readonly name: string; readonly settings: string };

const DRS: Peer = { name: 'DRS', settings: 'replenish' };

export type HttpDoor = {
  /** Makes one attempt and never repeats it: repeating an order is a decision. Never rejects. */
  exchange(request: DrsRequest): Promise<Exchange>;
  close(): Promise<void>;
};

/** An answer larger than this is not one of DRS; its status counts, its body is not read. Bytes. */
const BODY_BYTES_MAX = 64 * 1024;

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
  return {
    exchange: (request) =>
      new Promise((resolve) => {
        try {
          pool ??= createPool(settings);
        } catch (error) {
          // The file may be provisioned later: the next attempt looks again.
          resolve({
            kind: 'not-sent',
            message: `Nothing was sent: ${peer.settings}.caFile can't be used: ${plain(error)}.`,
          });
          return;
        }
        const attempt = new Attempt(request, peer, resolve);
        const deadlineMs = timeouts.connectMs + timeouts.headersMs + timeouts.bodyMs;
        attempt.onEnd = timing.after(deadlineMs, () => attempt.giveUp(deadlineMs));
        pool.dispatch(
          {
            method: request.method,
            path: request.path,
            headers: request.headers,
            body: request.body ?? null,
          },
          attempt,
        );
      }),
    close: async () => {
      await pool?.destroy();
    },
  };
}

function createPool({ url, caFile, timeouts }: HttpSettings): Pool {
  return new Pool(new URL(url).origin, {
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
  });
}

/** One request on its way; ends exactly once. */
class Attempt implements Dispatcher.DispatchHandler {
  onEnd: (() => void) | null = null;
  readonly #resolve: (exchange: Exchange) => void;
  readonly #peer: Peer;
  readonly #secret: string;
  #controller: Dispatcher.DispatchController | null = null;
  #hasEnded = false;
  #status: number | null = null;
  #headers: Record<string, string | string[] | undefined> = {};
  #chunks: Buffer[] = [];
  #bytes = 0;

  constructor(request: DrsRequest, peer: Peer, resolve: (exchange: Exchange) => void) {
    this.#resolve = resolve;
    this.#peer = peer;
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
    return {
      kind: 'no-answer',
      message: `The request left and no answer came: ${this.#redact(plain(error))}.`,
    };
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

const UNKNOWN_AUTHORITY = 'its certificate is not from an authority known here: set SETTINGS.caFile';

/** `SETTINGS` stands for the peer's place in the configuration. */
const CONNECT_REMEDIES: Readonly<Record<string, string>> = {
  ECONNREFUSED: 'nothing listens there: check SETTINGS.url and the firewall',
  ENOTFOUND: 'the host name is not known: check SETTINGS.url and DNS (resolvectl query HOST)',
  EAI_AGAIN: 'DNS does not answer: check the network and /etc/resolv.conf',
  ENETUNREACH: 'there is no route to it: check the network (ip route)',
  EHOSTUNREACH: 'the host can not be reached: check the network (ip route)',
  ETIMEDOUT: 'the host does not answer: check the network and the firewall',
  UND_ERR_CONNECT_TIMEOUT: 'the host does not answer: check the network and the firewall',
  ERR_TLS_CERT_ALTNAME_INVALID: 'its certificate is for another host: check SETTINGS.url',
  CERT_HAS_EXPIRED: "its certificate has expired, or this device's clock is wrong (timedatectl)",
  CERT_NOT_YET_VALID: "its certificate is not valid yet: this device's clock is wrong (timedatectl)",
  SELF_SIGNED_CERT_IN_CHAIN: UNKNOWN_AUTHORITY,
  DEPTH_ZERO_SELF_SIGNED_CERT: UNKNOWN_AUTHORITY,
  UNABLE_TO_VERIFY_LEAF_SIGNATURE: UNKNOWN_AUTHORITY,
  UNABLE_TO_GET_ISSUER_CERT_LOCALLY: UNKNOWN_AUTHORITY,
};

function notSentMessage(error: Error | undefined, { name, settings }: Peer): string {
  const code = codeOf(error);
  const remedy = code === null ? undefined : CONNECT_REMEDIES[code];
  const why = remedy === undefined ? plain(error) : `${remedy.replace('SETTINGS', settings)} (${code})`;
  return `${name} could not be reached, nothing was sent: ${why}.`;
}

function plain(error: unknown): string {
  if (!(error instanceof Error)) return 'the connection ended';
  const code = codeOf(error);
  // OpenSSL's texts come with addresses and line breaks; one line is for people.
  const text = error.message.replaceAll(/\s+/g, ' ').trim();
  return code === null ? text : `${text} (${code})`;
}

function codeOf(error: unknown): string | null {
  return error instanceof Error && 'code' in error && typeof error.code === 'string' ? error.code : null;
}
