import type { News, SlotReport } from './news.ts';
import type { SceneSlot } from './scene.ts';
import { bought, EMPTY_TALLY, ranLow, refilled, stocked, type Tally } from './tally.ts';

/** One slot as it looks from outside. */
export type SlotShow = {
  readonly key: string;
  readonly name: string;
  /** What the agent reported last on MQTT; null before it did. */
  readonly report: SlotReport | null;
  /** Whether that was since the agent came online. */
  readonly isReportFresh: boolean;
  /** In the last order event on MQTT. */
  readonly detailCode: string | null;
  readonly tally: Tally;
};

/** Everything that is known from outside, and nothing else. */
export type Show = {
  readonly slots: readonly SlotShow[];
  /** What MQTT says of the agent. */
  readonly isOnline: boolean;
  /** Process id; null while there is none. */
  readonly pid: number | null;
  readonly isPlugged: boolean;
  readonly isNetworkUp: boolean;
  /** Where the dashboard is; null before it is served. */
  readonly pageUrl: string | null;
  /** The agent's words for its connection to the board, and for its token; null before it reported. */
  readonly hardware: string | null;
  readonly token: string | null;
  readonly requests: number;
  readonly violations: number;
  readonly speed: number;
};

export function firstShow(slots: readonly SceneSlot[]): Show {
  return {
    slots: slots.map(({ key, name }) => ({
      key,
      name,
      report: null,
      isReportFresh: false,
      detailCode: null,
      tally: EMPTY_TALLY,
    })),
    isOnline: false,
    pid: null,
    isPlugged: true,
    isNetworkUp: true,
    pageUrl: null,
    hardware: null,
    token: null,
    requests: 0,
    violations: 0,
    speed: 1,
  };
}

/** What is known after a piece of news. Pure. */
export function learn(show: Show, news: News): Show {
  switch (news.kind) {
    case 'status':
      return news.isOnline === show.isOnline ? show : afterStatus(show, news.isOnline);
    case 'device':
      return { ...show, hardware: news.hardware, token: news.token };
    case 'plug':
      return { ...show, isPlugged: news.isPlugged };
    case 'network':
      return { ...show, isNetworkUp: news.isUp };
    case 'page':
      return { ...show, pageUrl: news.url };
    case 'speed':
      return { ...show, speed: news.speed };
    case 'agent-started':
      return { ...show, pid: news.pid };
    case 'agent-killed':
      return { ...show, pid: null };
    case 'slot':
      return withSlot(show, news.slot, (slot) => ({
        ...slot,
        isReportFresh: true,
        report: { phase: news.phase, reason: news.reason, level: news.level, why: news.why },
        tally: news.phase === 'stocked' ? stocked(slot.tally) : slot.tally,
      }));
    case 'order':
      return withSlot(show, news.slot, (slot) => ({ ...slot, detailCode: news.detailCode }));
    case 'request': {
      const counted = {
        ...show,
        requests: show.requests + 1,
        violations: show.violations + news.violations.length,
      };
      return news.isPurchase ? withTally(counted, news.slot, bought) : counted;
    }
    case 'ran-low':
      return withTally(show, news.slot, ranLow);
    case 'refilled':
      return withTally(show, news.slot, refilled);
    case 'drained':
    case 'losing-answer':
    case 'token':
    case 'token-request':
    case 'alerts':
    case 'unreadable':
      return show;
  }
}

/** What the agent said of its board, its token and its slots was the agent's that is gone. */
function afterStatus(show: Show, isOnline: boolean): Show {
  const slots = show.slots.map((slot) => ({ ...slot, isReportFresh: false }));
  return { ...show, slots, isOnline, hardware: null, token: null };
}

/** Orders that were placed, refilled and seen to be refilled, of all slots. */
export function cyclesOf(show: Show): number {
  return show.slots.reduce((sum, { tally }) => sum + tally.cycles, 0);
}

export function ordersOf(show: Show): number {
  return show.slots.reduce((sum, { tally }) => sum + tally.orders, 0);
}

/** Whether everything that was seen so far is as it must be: no order too many, every request by the letter. */
export function isProven(show: Show): boolean {
  return show.violations === 0 && show.slots.every(({ tally }) => tally.surplus === 0);
}

/** `1 order`, `2 orders`. */
export function count(number: number, word: string): string {
  return `${number} ${word}${number === 1 ? '' : 's'}`;
}

function withTally(show: Show, key: string | null, change: (tally: Tally) => Tally): Show {
  return withSlot(show, key, (slot) => ({ ...slot, tally: change(slot.tally) }));
}

function withSlot(show: Show, key: string | null, change: (slot: SlotShow) => SlotShow): Show {
  return { ...show, slots: show.slots.map((slot) => (slot.key === key ? change(slot) : slot)) };
}
