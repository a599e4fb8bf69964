import type { News } from './news.ts';
import { SLOTS } from './scene.ts';
import type { Picture } from './screen.ts';
import { firstShow, learn, type Show } from './show.ts';

/** For tests: what is known after all of these. */
export function showAfter(...news: readonly News[]): Show {
  return news.reduce(learn, firstShow(SLOTS));
}

/** For tests: the report of a slot on MQTT. */
export function slotNews(slot: string, phase: string, level: number | null): News {
  return { kind: 'slot', slot, phase, reason: null, level, why: 'Because.' };
}

/** For tests: a request for a slot that was answered well. */
export function replenishNews(slot: string): Extract<News, { kind: 'request' }> {
  return {
    kind: 'request',
    slot,
    method: 'POST',
    url: `/replenish/${slot}`,
    httpStatus: 200,
    detailCode: 'TEST_ORDER_PLACED',
    isPurchase: true,
    violations: [],
  };
}

/** For tests: a picture of a show, 65 seconds after the start. */
export function pictureOf(show: Show, more: Partial<Picture> = {}): Picture {
  return {
    show,
    elapsedMs: 65_000,
    volts: show.slots.map(() => null),
    log: [],
    files: { config: '/tmp/demo/agent.yaml', log: '/tmp/demo/agent.log' },
    hasKeys: true,
    ...more,
  };
}
