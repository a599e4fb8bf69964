import type { Cancel, Timing } from '../../hardware/timing.ts';
import { backoffMs } from '../policy/backoff.ts';
import {
  type AccessToken,
  isRejected,
  type TokenSource,
  type TokenState,
  type TokenStatus,
  withRejected,
} from './access-token.ts';
import type { LwaAnswer } from './lwa-answer.ts';
import type { LwaClient } from './lwa-client.ts';
import { dueAfterMs } from './lwa-pace.ts';
import { REVOKED, type Trouble, unsavedMessage } from './lwa-trouble.ts';
import type { PathWatch } from './path-watch.ts';
import type { RefreshTokenKeeper, RefreshTokenReading } from './refresh-token-file.ts';

export type LwaTokenDeps = {
  readonly client: Pick<LwaClient, 'refresh'>;
  readonly keeper: RefreshTokenKeeper;
  /** Tells when something happened to one of the files. */
  readonly watch: (onEvent: () => void) => PathWatch;
  /** Changes when the client's secret may have changed. */
  readonly secretStamp: () => string | null;
  readonly timing: Timing;
  /** 0 up to 1. */
  readonly random: () => number;
  readonly retry: { readonly firstMs: number; readonly maxMs: number };
  readonly onChange: () => void;
};

/** While only a file can help, it is looked at this often even if no event came: events don't tell everything. */
const LOOK_MS = 30_000;

/** A client that is refused may be put right in Amazon's console, which nobody here hears of. */
const MISCONFIGURED_RETRY_MS = 3_600_000;

/** However often files change and tokens are refused, requests are at least this far apart. */
const PACE_MS = 1_000;

type Provisioned = Extract<RefreshTokenReading, { token: string }>;
/** What came for which question. */
type Came = { readonly reading: Provisioned; readonly answer: LwaAnswer; readonly askedAtMs: number };

/**
 * Access tokens straight from Login with Amazon: one request at a time for however many slots, before expiry by the
 * monotonic clock (a board without an RTC boots with a wrong date), and once when DRS refuses one. A refresh token that
 * Amazon replaces is durable before anything is done with the access token that came with it.
 *
 * A crash between Amazon's answer and the durable file leaves the old refresh token, which may be dead then; nothing on
 * this side can close that gap, so nothing else happens in it. One timer at most waits at any time.
 */
export class LwaToken implements TokenSource {
  readonly #deps: LwaTokenDeps;
  #token: AccessToken | null = null;
  #expiresAtMs = 0;
  #rejected: readonly string[] = [];
  /** Tokens that DRS refused since the last one that grew old. */
  #rejections = 0;
  #failures = 0;
  #trouble: Trouble | null = null;
  #tried: { readonly provisioned: string; readonly secretStamp: string | null } | null = null;
  #askedAtMs = Number.NEGATIVE_INFINITY;
  #inFlight: Promise<void> | null = null;
  #unsaved: Came | null = null;
  #cancelTimer: Cancel | null = null;
  #pathWatch: PathWatch | null = null;
  #isStopped = false;

  constructor(deps: LwaTokenDeps) {
    this.#deps = deps;
  }

  start(): void {
    this.#pathWatch ??= this.#deps.watch(() => this.#look());
    this.#ask();
  }

  current(): AccessToken | null {
    return this.#isExpired() ? null : this.#token;
  }

  status(): TokenStatus {
    const expiresAtMs = this.#token === null ? null : this.#expiresAtMs;
    return { state: this.#state(), expiresAtMs, error: this.#trouble?.error ?? null };
  }

  refresh(rejectedFingerprint: string): void {
    // Every slot that the token failed says so; one request serves them all.
    const isNews =
      !this.#rejected.includes(rejectedFingerprint) && this.#token?.fingerprint === rejectedFingerprint;
    this.#rejected = withRejected(this.#rejected, rejectedFingerprint);
    if (isNews && this.#inFlight === null && this.#trouble === null) {
      this.#rejections += 1;
      this.#planRequest(this.#rejections === 1 ? 0 : this.#backoffMs(this.#rejections - 1, null));
    }
    this.#deps.onChange();
  }

  stop(): void {
    this.#isStopped = true;
    this.#pathWatch?.close();
    this.#pathWatch = null;
    this.#cancelTimer?.();
    // The last chance of what no disk has taken yet.
    if (this.#unsaved !== null) this.#settle(this.#unsaved);
  }

  /** Resolves when no request is out; after `stop` for good. What comes is still made durable. */
  finished(): Promise<void> {
    return this.#inFlight ?? Promise.resolve();
  }

  #ask(): void {
    if (this.#inFlight !== null || this.#isStopped) return;
    const { client, keeper, timing, secretStamp, onChange } = this.#deps;
    const reading = keeper.read();
    if (reading.token === null) {
      this.#tried = null;
      this.#suffer('absent', reading.error, LOOK_MS, () => this.#look());
      onChange();
      return;
    }
    this.#cancelTimer?.();
    this.#unsaved = null;
    this.#tried = { provisioned: reading.provisioned, secretStamp: secretStamp() };
    this.#askedAtMs = timing.nowMs();
    const sent = { reading, askedAtMs: this.#askedAtMs };
    this.#inFlight = client.refresh(reading.token).then((answer) => {
      this.#inFlight = null;
      this.#settle({ ...sent, answer });
    });
  }

  /** The files may hold something else now. */
  #look(): void {
    if (this.#inFlight !== null || this.#isStopped) return;
    const { keeper, timing } = this.#deps;
    this.#pathWatch?.rearm();
    if (this.#isNews(keeper.read())) {
      this.#failures = 0;
      this.#planRequest(0);
      return;
    }
    const kind = this.#trouble?.kind;
    const isDue = timing.nowMs() - this.#askedAtMs >= MISCONFIGURED_RETRY_MS;
    if (kind === 'misconfigured' && isDue) this.#ask();
    else if (kind === 'absent' || kind === 'revoked' || kind === 'misconfigured') {
      this.#plan(LOOK_MS, () => this.#look());
    }
  }

  #isNews(reading: RefreshTokenReading): boolean {
    if (reading.token === null) return this.#trouble?.kind !== 'absent';
    const secretStamp = this.#deps.secretStamp();
    return reading.provisioned !== this.#tried?.provisioned || secretStamp !== this.#tried.secretStamp;
  }

  /** Journal first: what came is used only when the refresh token behind it is safe. */
  #settle(came: Came): void {
    const { keeper, onChange } = this.#deps;
    const { answer, reading } = came;
    const next = answer.kind === 'granted' || answer.kind === 'failed' ? answer.refreshToken : null;
    this.#unsaved = null;
    try {
      if (next !== null && next !== reading.token) keeper.replace(reading.provisioned, next);
    } catch (error) {
      this.#unsaved = came;
      this.#failures += 1;
      this.#suffer('unsaved', unsavedMessage(error), this.#backoffMs(this.#failures, null), () => {
        if (this.#unsaved !== null) this.#settle(this.#unsaved);
      });
      onChange();
      return;
    }
    if (this.#isStopped) return;
    const now = keeper.read();
    // What was rotated stands under another fingerprint now, and is no news.
    if (now.token !== null && now.token === next) {
      this.#tried = { provisioned: now.provisioned, secretStamp: this.#tried?.secretStamp ?? null };
    }
    // Somebody has registered the device anew meanwhile: what came belongs to the registration before.
    if (now.token !== null && this.#isNews(now)) this.#planRequest(0);
    else this.#conclude(answer, came.askedAtMs);
    onChange();
  }

  #conclude(answer: LwaAnswer, askedAtMs: number): void {
    switch (answer.kind) {
      case 'granted':
        this.#take(answer, askedAtMs);
        return;
      case 'invalid-grant':
        this.#suffer('revoked', `${answer.message} ${REVOKED}`, LOOK_MS, () => this.#look());
        return;
      case 'misconfigured':
        this.#suffer('misconfigured', answer.message, LOOK_MS, () => this.#look());
        return;
      case 'failed':
        this.#failures += 1;
        this.#suffer('failed', answer.message, this.#backoffMs(this.#failures, answer.retryAfterMs), () =>
          this.#ask(),
        );
    }
  }

  #take({ accessToken, lifeMs }: Extract<LwaAnswer, { kind: 'granted' }>, askedAtMs: number): void {
    const { timing, random } = this.#deps;
    this.#token = accessToken;
    this.#expiresAtMs = askedAtMs + lifeMs;
    this.#failures = 0;
    this.#trouble = null;
    this.#plan(askedAtMs + dueAfterMs(lifeMs, random()) - timing.nowMs(), () => {
      this.#rejections = 0;
      this.#pathWatch?.rearm();
      this.#ask();
    });
  }

  #suffer(kind: Trouble['kind'], error: string, waitMs: number, then: () => void): void {
    this.#trouble = { kind, error };
    this.#plan(waitMs, then);
  }

  #planRequest(delayMs: number): void {
    const paceMs = this.#askedAtMs + PACE_MS - this.#deps.timing.nowMs();
    this.#plan(Math.max(delayMs, paceMs), () => this.#ask());
  }

  #plan(delayMs: number, run: () => void): void {
    this.#cancelTimer?.();
    if (!this.#isStopped) this.#cancelTimer = this.#deps.timing.after(Math.max(0, delayMs), run);
  }

  #backoffMs(count: number, retryAfterMs: number | null): number {
    return backoffMs(count, this.#deps.retry, this.#deps.random(), retryAfterMs);
  }

  #isExpired(): boolean {
    return this.#deps.timing.nowMs() >= this.#expiresAtMs;
  }

  #state(): TokenState {
    const kind = this.#trouble?.kind;
    if (kind === 'revoked' || kind === 'misconfigured') return kind;
    if (this.#token === null) return 'missing';
    if (isRejected(this.#token, this.#rejected)) return 'rejected';
    return this.#isExpired() ? 'expired' : 'valid';
  }
}
