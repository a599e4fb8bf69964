import type { Exchange } from '../../agent/replenish/classify.ts';
import type { HttpDoor } from '../../agent/replenish/http-door.ts';
import type { DrsRequest } from '../../agent/replenish/request.ts';
import type { Board } from './board.ts';
import type { Chance } from './chance.ts';
import type { Drs, DrsAnswer, Order } from './drs.ts';
import type { Life } from './life.ts';
import { HOUR_MS, MINUTE_MS, type Scene, SECOND_MS } from './scene.ts';

/** What the truth was, whatever the agent was told. */
export type TrueAnswer = {
  readonly kind: 'order' | 'failed' | 'invalid-token' | 'unsubscribed' | 'refused' | 'unanswered';
  /** What the agent was asked to wait, milliseconds, where it could know. */
  readonly retryAfterMs: number | null;
  /** The order that is open at DRS, new or not, when the answer says that there is one. */
  readonly openId: string | null;
};

/** Who is told of a slot's requests. */
export type RequestWatcher = {
  /** It leaves now. Returns whose it is, to be handed back. */
  onLeaves(slotId: string): number;
  onRecorded(slotId: string, ticket: number, order: Order): void;
  /** The answer is about to reach a living process. */
  onAnswer(slotId: string, ticket: number, answer: TrueAnswer): void;
};

type Refusal = {
  readonly status: number;
  readonly message: string;
  readonly kind: TrueAnswer['kind'];
  readonly retryAfterMs: number | null;
};

/** What becomes of one request on its way. */
type Fate =
  | { readonly kind: 'not sent' | 'lost' | 'recorded late' }
  | { readonly kind: 'refused'; readonly refusal: Refusal; readonly isRecorded: boolean }
  | { readonly kind: 'arrives'; readonly isAnswerLost: boolean; readonly slowMs: number };

type Tell = (
  delayMs: number,
  exchange: Exchange,
  kind: TrueAnswer['kind'],
  retryAfterMs?: number | null,
) => void;

const TIMEOUT_MS = 30 * SECOND_MS;
const TIMEOUT: Exchange = { kind: 'no-answer', message: 'no answer came' };

/** The network between the agent and DRS, with everything that becomes of a request there. */
export class DrsNetwork {
  readonly #scene: Scene;
  readonly #chance: Chance;
  readonly #drs: Drs;
  readonly #board: Board;
  readonly #watcher: RequestWatcher;
  #awayUntilMs = 0;

  constructor(scene: Scene, drs: Drs, board: Board, watcher: RequestWatcher) {
    this.#scene = scene;
    this.#chance = scene.chance('network');
    this.#drs = drs;
    this.#board = board;
    this.#watcher = watcher;
    scene.recurs('DRS away', null, () => {
      this.#awayUntilMs = scene.nowMs + this.#chance.magnitude(10 * MINUTE_MS, 72 * HOUR_MS);
    });
  }

  get isAway(): boolean {
    return this.#scene.nowMs < this.#awayUntilMs;
  }

  doorFor(life: Life): HttpDoor {
    const open = new Set<(exchange: Exchange) => void>();
    return {
      exchange: (request) =>
        new Promise((resolve) => {
          if (life.passes('death before send')) return;
          const slotId = decodeURIComponent(request.path.split('/').at(-1) ?? '');
          const ticket = this.#watcher.onLeaves(slotId);
          open.add(resolve);
          this.#carry(request, slotId, ticket, (exchange, truth) => {
            if (!open.delete(resolve) || life.passes('death before answer')) return;
            this.#watcher.onAnswer(slotId, ticket, truth);
            this.#scene.isUnsettled = true;
            resolve(exchange);
          });
          life.passes('death after send');
        }),
      close: () => {
        for (const resolve of open) resolve({ kind: 'no-answer', message: 'The agent hung up.' });
        open.clear();
        this.#scene.isUnsettled = true;
        return Promise.resolve();
      },
    };
  }

  #carry(
    request: DrsRequest,
    slotId: string,
    ticket: number,
    done: (exchange: Exchange, truth: TrueAnswer) => void,
  ): void {
    const scene = this.#scene;
    const token = request.headers['Authorization']?.replace('Bearer ', '') ?? '';
    const tell: Tell = (delayMs, exchange, kind, retryAfterMs = null) => {
      if (kind !== 'order') scene.trouble();
      scene.after(delayMs, () => {
        if (kind !== 'order') scene.trouble();
        scene.note(null, 'answer:', wordsFor(exchange));
        done(exchange, { kind, retryAfterMs, openId: kind === 'order' ? openId : null });
      });
    };
    let openId: string | null = null;
    const arrive = (): DrsAnswer => {
      const answer = this.#drs.replenish(slotId, token, (order) =>
        this.#watcher.onRecorded(slotId, ticket, order),
      );
      openId = this.#drs.openOrder(slotId)?.instanceId ?? null;
      return answer;
    };
    this.#meet(this.#drawFate(), arrive, tell, slotId);
  }

  #drawFate(): Fate {
    const scene = this.#scene;
    const refused = (
      status: number,
      message: string,
      kind: TrueAnswer['kind'],
      waitS: number | null,
    ): Fate => {
      const retryAfterMs = waitS === null ? null : waitS * SECOND_MS;
      const isRecorded = status >= 500 && scene.has('error-after-recording');
      return { kind: 'refused', refusal: { status, message, kind, retryAfterMs }, isRecorded };
    };
    if (scene.strikes('request not sent') || (this.isAway && this.#chance.happens(0.5)))
      return { kind: 'not sent' };
    if (this.isAway || scene.strikes('request lost')) return { kind: 'lost' };
    if (scene.strikes('request recorded late')) return { kind: 'recorded late' };
    if (scene.strikes('server error')) return refused(500, 'Internal error', 'failed', null);
    if (scene.strikes('busy with Retry-After'))
      return refused(503, 'Busy', 'failed', this.#chance.whole(10, 7200));
    if (scene.strikes('throttled')) return refused(429, 'Slow down', 'failed', this.#chance.whole(10, 1800));
    if (scene.strikes('token refused for no reason'))
      return refused(400, 'Invalid token', 'invalid-token', null);
    if (scene.strikes('refused for no reason')) return refused(400, 'Bad request', 'refused', null);
    const isAnswerLost = scene.strikes('answer lost');
    const slowMs = scene.strikes('answer slow') ? this.#chance.between(1_000, 25_000) : 0;
    return { kind: 'arrives', isAnswerLost, slowMs };
  }

  #meet(fate: Fate, arrive: () => DrsAnswer, tell: Tell, slotId: string): void {
    const travelMs = this.#chance.between(50, 900);
    switch (fate.kind) {
      case 'not sent':
        tell(this.#chance.between(5, 10_000), { kind: 'not-sent', message: 'connection refused' }, 'failed');
        return;
      case 'recorded late':
        this.#scene.after(this.#chance.between(TIMEOUT_MS, 10 * MINUTE_MS), arrive);
        tell(TIMEOUT_MS, TIMEOUT, 'unanswered');
        return;
      case 'lost':
        tell(TIMEOUT_MS, TIMEOUT, 'unanswered');
        return;
      case 'refused':
        if (fate.isRecorded) arrive();
        tell(travelMs, this.#refusal(fate.refusal), fate.refusal.kind, fate.refusal.retryAfterMs);
        return;
      case 'arrives':
        this.#scene.after(travelMs, () => {
          const answer = arrive();
          const isShortLived = this.#drs.openOrder(slotId)?.isShortLived === true;
          const slowMs = isShortLived ? this.#chance.between(5, 28) * SECOND_MS : fate.slowMs;
          if (fate.isAnswerLost) tell(this.#chance.between(10, TIMEOUT_MS), TIMEOUT, 'unanswered');
          else tell(travelMs + slowMs, this.#spoken(answer, slotId), answer.kind);
        });
    }
  }

  #spoken(answer: DrsAnswer, slotId: string): Exchange {
    if (answer.kind === 'order') return this.#accepted(answer);
    const message =
      answer.kind === 'unsubscribed'
        ? `Unable to place order - slot : <${slotId}> is unsubscribed.`
        : 'Invalid token';
    return this.#refusal({ status: 400, message, kind: answer.kind, retryAfterMs: null });
  }

  #refusal({ status, message, retryAfterMs }: Refusal): Exchange {
    // A date says something only to a clock that is right.
    const isDate = this.#chance.happens(0.3) && this.#board.isWallRight;
    const inSeconds = retryAfterMs === null ? null : String(retryAfterMs / SECOND_MS);
    const retryAfter =
      retryAfterMs !== null && isDate
        ? new Date(this.#board.wallMs() + retryAfterMs + 2 * SECOND_MS).toUTCString()
        : inSeconds;
    return {
      kind: 'answer',
      status,
      headers: { ...this.#headers(), retryAfter },
      body: JSON.stringify({ message }),
    };
  }

  #headers(): { readonly requestId: string; readonly errorType: null; readonly date: string } {
    return { requestId: 'r', errorType: null, date: new Date(this.#board.trueWallMs()).toUTCString() };
  }

  #accepted({ detailCode, instanceId }: Extract<DrsAnswer, { kind: 'order' }>): Exchange {
    return {
      kind: 'answer',
      status: 200,
      headers: { ...this.#headers(), retryAfter: null },
      body: this.#body(detailCode, instanceId),
    };
  }

  #body(detailCode: string, eventInstanceId: string): string | null {
    const scene = this.#scene;
    if (scene.strikes('answer unreadable')) return '<html>OK</html>';
    if (scene.strikes('answer empty')) return '';
    if (scene.strikes('answer cut off')) return null;
    if (scene.strikes('answer of unknown code')) return JSON.stringify({ detailCode: 'ORDER_QUEUED' });
    return JSON.stringify({ eventInstanceId, detailCode });
  }
}

function wordsFor(exchange: Exchange): string {
  return exchange.kind === 'answer' ? `${exchange.status} ${exchange.body ?? 'cut off'}` : exchange.message;
}
