import type { Exchange } from '../../agent/replenish/classify.ts';
import type { HttpDoor } from '../../agent/replenish/http-door.ts';
import type { Chance } from './chance.ts';
import type { Drs } from './drs.ts';
import {
  anAccessTokenHasItsRefreshTokenOnDisk,
  aReplacedRefreshTokenIsUsedNoMore,
  nothingIsAskedAfterARevocation,
} from './invariants/lwa.ts';
import { judge } from './judge.ts';
import type { Life } from './life.ts';
import type { RefreshDisk } from './refresh-disk.ts';
import { DAY_MS, HOUR_MS, MINUTE_MS, type Scene, SECOND_MS } from './scene.ts';

/** Deadlines of the agent's own requests end here at the latest. */
const TIMEOUT_MS = 30 * SECOND_MS;

/** A token is asked for a thousand times as often as an order leaves. */
const BRINK_SHARE = 0.1;

/** Half of the devices have a service that replaces the refresh token with each use, and kills the old one. */
const ROTATING_SHARE = 0.5;

/** Login with Amazon: gives access tokens for a refresh token; slowly, never, wrongly, or with another refresh token. */
export class LwaCloud {
  readonly #scene: Scene;
  readonly #chance: Chance;
  readonly #drs: Drs;
  readonly #disk: RefreshDisk;
  readonly #lifeMs: number;
  readonly #isRotating: boolean;
  readonly #onRequest: () => void;
  /** Which refresh token came with an access token. */
  readonly #origins = new Map<string, string>();
  #live = '';
  #count = 0;
  #lastUsed = '';
  #awayUntilMs = 0;
  #hinderedAtMs = 0;
  /** The life that was told that its refresh token is worth nothing. */
  #told: Life | null = null;

  constructor(scene: Scene, drs: Drs, disk: RefreshDisk, lifeMs: number, onRequest: () => void) {
    this.#scene = scene;
    this.#chance = scene.chance('lwa');
    this.#drs = drs;
    this.#disk = disk;
    this.#lifeMs = lifeMs;
    this.#isRotating = this.#chance.happens(ROTATING_SHARE);
    this.#onRequest = onRequest;
    this.#register();
    scene.recurs('cloud silent', null, () => {
      this.#awayUntilMs = scene.nowMs + this.#chance.magnitude(10 * MINUTE_MS, 48 * HOUR_MS);
    });
  }

  /** Whether no token can be had: it is silent, or the device has to be registered again. */
  get isClosed(): boolean {
    return this.#isSilent() || this.#disk.durable !== this.#live;
  }

  /** When something last stood in the way of a token. */
  get hinderedAtMs(): number {
    return Math.max(this.#awayUntilMs, this.#hinderedAtMs);
  }

  doorFor(life: Life): HttpDoor {
    return {
      exchange: (request) =>
        new Promise((resolve) => {
          if (life.passes('death before send', BRINK_SHARE)) return;
          this.#onRequest();
          const sent = new URLSearchParams(request.body).get('refresh_token') ?? '';
          judge(this.#scene, aReplacedRefreshTokenIsUsedNoMore, sent, this.#disk.durable);
          judge(this.#scene, nothingIsAskedAfterARevocation, this.#told === life);
          this.#carry(sent, (exchange) => {
            if (life.passes('death before answer', BRINK_SHARE)) return;
            if (exchange.kind === 'answer' && exchange.body?.includes('invalid_grant')) this.#told = life;
            this.#scene.isUnsettled = true;
            resolve(exchange);
          });
          life.passes('death after send', BRINK_SHARE);
        }),
      close: () => Promise.resolve(),
    };
  }

  /** Judges a token that the agent is about to use. */
  onUse(accessToken: string): void {
    if (accessToken === this.#lastUsed) return;
    this.#lastUsed = accessToken;
    judge(
      this.#scene,
      anAccessTokenHasItsRefreshTokenOnDisk,
      this.#origins.get(accessToken) ?? null,
      this.#disk.hasHeld,
    );
  }

  #carry(sent: string, done: (exchange: Exchange) => void): void {
    const scene = this.#scene;
    const travelMs = this.#chance.between(50, 2_000);
    const slowMs = scene.strikes('token late') ? this.#chance.between(2_000, 25_000) : 0;
    const tell = (delayMs: number, exchange: Exchange): void => {
      scene.after(delayMs, () => {
        scene.note(null, 'token answer:', wordsFor(exchange));
        done(exchange);
      });
    };
    const isSilent = this.#isSilent();
    if (isSilent || scene.strikes('token never sent')) {
      scene.trouble();
      const [isOut, answer] = this.#trouble();
      // Whether Amazon replaced the token although nobody heard of it.
      if (isOut && !isSilent) this.#grant(sent);
      tell(answer.kind === 'answer' ? travelMs : TIMEOUT_MS, answer);
      return;
    }
    scene.after(travelMs, () => {
      const exchange = this.#grant(sent);
      tell(travelMs + slowMs, exchange);
    });
  }

  #isSilent(): boolean {
    return this.#scene.nowMs < this.#awayUntilMs;
  }

  #trouble(): readonly [boolean, Exchange] {
    return this.#chance.pick<readonly [boolean, Exchange]>([
      [false, { kind: 'not-sent', message: 'connection refused' }],
      [false, spoken(500, { error: 'ServerError' })],
      [false, spoken(503, '', String(this.#chance.whole(10, 600)))],
      [false, spoken(200, '<html>Welcome to the hotel</html>')],
      [true, { kind: 'no-answer', message: 'no answer' }],
    ]);
  }

  #grant(sent: string): Exchange {
    const scene = this.#scene;
    if (sent !== this.#live) {
      this.#planRegistration();
      return spoken(400, { error: 'invalid_grant' });
    }
    if (scene.strikes('token not a token')) {
      scene.trouble();
      return spoken(200, { access_token: 'a b', expires_in: 60 });
    }
    const isBad = scene.strikes('token bad');
    if (isBad) scene.trouble();
    const accessToken = isBad
      ? `Atza|bad-${this.#chance.whole(1, 9)}`
      : this.#drs.issueToken(this.#lifeMs + MINUTE_MS);
    if (this.#isRotating) this.#live = this.#newToken();
    if (!isBad) this.#origins.set(accessToken, this.#live);
    const body = { access_token: accessToken, token_type: 'bearer', expires_in: this.#lifeMs / 1000 };
    return spoken(200, { ...body, refresh_token: this.#live });
  }

  /** Somebody notices, and registers the device again. */
  #planRegistration(): void {
    this.#scene.trouble();
    this.#scene.after(this.#chance.magnitude(10 * MINUTE_MS, 2 * DAY_MS), () => {
      if (this.#disk.durable !== this.#live) this.#register();
    });
  }

  #register(): void {
    this.#scene.trouble();
    this.#hinderedAtMs = this.#scene.nowMs;
    this.#told = null;
    this.#live = this.#newToken();
    this.#disk.provision(this.#live);
  }

  #newToken(): string {
    this.#count += 1;
    return `Atzr|refresh-${this.#count}`;
  }
}

function wordsFor(exchange: Exchange): string {
  return exchange.kind === 'answer' ? `${exchange.status} ${exchange.body ?? ''}` : exchange.message;
}

function spoken(status: number, body: object | string, retryAfter: string | null = null): Exchange {
  return {
    kind: 'answer',
    status,
    headers: { requestId: null, errorType: null, retryAfter, date: null },
    body: typeof body === 'string' ? body : JSON.stringify(body),
  };
}
