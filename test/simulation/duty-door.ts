import type { Exchange } from '../../agent/replenish/classify.ts';
import type { HttpDoor } from '../../agent/replenish/http-door.ts';
import type { DrsRequest } from '../../agent/replenish/request.ts';
import type { Board } from './board.ts';
import type { Chance } from './chance.ts';
import type { Drs } from './drs.ts';
import type { DutyCall } from './invariants/duties.ts';
import type { Life } from './life.ts';
import { type Scene, SECOND_MS } from './scene.ts';

/** Who is told of the calls beside orders. */
export type DutyWatcher = {
  onDutyLeaves(call: DutyCall): void;
  /** DRS took it, and its answer is about to reach a living process. */
  onDutyDone(call: DutyCall, subscriptions: ReadonlyMap<string, boolean>): void;
};

const TIMEOUT_MS = 30 * SECOND_MS;

/** The way to DRS for everything that is no order: it moves no money, and nothing of it may touch an order. */
export class DutyNetwork {
  readonly #scene: Scene;
  readonly #chance: Chance;
  readonly #drs: Drs;
  readonly #board: Board;
  readonly #slotIds: readonly string[];
  readonly #isAway: () => boolean;
  readonly #watcher: DutyWatcher;

  constructor(
    scene: Scene,
    drs: Drs,
    board: Board,
    slotIds: readonly string[],
    isAway: () => boolean,
    watcher: DutyWatcher,
  ) {
    this.#scene = scene;
    this.#chance = scene.chance('duty network');
    this.#drs = drs;
    this.#board = board;
    this.#slotIds = slotIds;
    this.#isAway = isAway;
    this.#watcher = watcher;
  }

  doorFor(life: Life): HttpDoor {
    const open = new Set<(exchange: Exchange) => void>();
    return {
      exchange: (request) =>
        new Promise((resolve) => {
          if (life.isOver) return;
          open.add(resolve);
          const call = callOf(request);
          this.#watcher.onDutyLeaves(call);
          const [delayMs, exchange] = this.#fate(request, call);
          const known = new Map(this.#slotIds.map((slotId) => [slotId, this.#drs.isSubscribed(slotId)]));
          this.#scene.after(delayMs, () => {
            if (!open.delete(resolve) || life.isOver) return;
            if (exchange.kind === 'answer' && exchange.status === 200 && exchange.body !== null)
              this.#watcher.onDutyDone(call, known);
            this.#scene.isUnsettled = true;
            resolve(exchange);
          });
        }),
      close: () => {
        for (const resolve of open) resolve({ kind: 'no-answer', message: 'The agent hung up.' });
        open.clear();
        this.#scene.isUnsettled = true;
        return Promise.resolve();
      },
    };
  }

  #fate(request: DrsRequest, call: DutyCall): readonly [delayMs: number, exchange: Exchange] {
    const travelMs = this.#chance.between(50, 1_800);
    if (this.#isAway() || this.#scene.strikes('duty goes wrong')) {
      return this.#chance.pick<readonly [number, Exchange]>([
        [travelMs, { kind: 'not-sent', message: 'connection refused' }],
        [TIMEOUT_MS, { kind: 'no-answer', message: 'no answer came' }],
        [travelMs, this.#answer(500, '<html>Oops</html>')],
        [travelMs, this.#answer(503, '{"message":"Busy"}', this.#chance.whole(10, 7200))],
        [travelMs, this.#answer(400, '{"message":"Bad request"}')],
      ]);
    }
    const token = request.headers['Authorization']?.replace('Bearer ', '') ?? '';
    if (!this.#drs.accepts(token)) return [travelMs, this.#answer(400, '{"message":"Invalid token"}')];
    if (call.kind !== 'subscriptions') return [travelMs, this.#answer(200, this.#chance.pick(['', '{}']))];
    const status = this.#slotIds.map((slotId) => [slotId, { subscribed: this.#drs.isSubscribed(slotId) }]);
    const body = JSON.stringify({ slotsSubscriptionStatus: Object.fromEntries(status) });
    return [travelMs, this.#answer(200, body)];
  }

  #answer(status: number, body: string, retryAfterS: number | null = null): Exchange {
    const date = new Date(this.#board.trueWallMs()).toUTCString();
    const retryAfter = retryAfterS === null ? null : String(retryAfterS);
    return {
      kind: 'answer',
      status,
      headers: { requestId: 'd', errorType: null, retryAfter, date },
      body,
    };
  }
}

function callOf({ path, body }: DrsRequest): DutyCall {
  const [, kind = '', slotId = ''] = path.split('/');
  if (kind === 'subscriptionInfo') return { kind: 'subscriptions' };
  if (kind === 'deviceStatus') return { kind: 'device' };
  const { remainingQuantityInUnit } = JSON.parse(body ?? '{}') as { remainingQuantityInUnit: number };
  return { kind: 'level', slotId: decodeURIComponent(slotId), toldPercent: remainingQuantityInUnit };
}
