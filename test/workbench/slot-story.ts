import type { News } from './news.ts';
import { REARM_AT_PERCENT, REORDER_AT_PERCENT } from './scene.ts';
import { nameOf, type Sentence, say } from './sentence.ts';
import { cyclesOf, learn, type Show } from './show.ts';

/** What there is to say when the agent reports a slot: only where it stands anew. Pure. */
export function tellSlot(show: Show, news: Extract<News, { kind: 'slot' }>): readonly Sentence[] {
  const slot = show.slots.find(({ key }) => key === news.slot);
  const before = slot?.isReportFresh === true ? slot.report : null;
  if (before?.phase === news.phase && before.reason === news.reason) return [];
  const who = nameOf(show, news.slot);
  const level = percent(news.level);
  switch (news.phase) {
    case 'unknown':
      return before === null ? [] : [say(who, `unknown, not empty: ${news.why}`, 'warn')];
    case 'low':
      return [say(who, `low (${level}), at or below ${REORDER_AT_PERCENT} %: being confirmed`, 'warn')];
    case 'ordering':
      return [say(who, `low is confirmed (${level}): ordering`)];
    case 'on-order':
      return [say(who, `on order: no other one before a refill to ${REARM_AT_PERCENT} %`)];
    case 'stocked': {
      const cycles = cyclesOf(learn(show, news));
      if (cycles > cyclesOf(show))
        return [say(who, `stocked again (${level}): cycle ${cycles} is complete`, 'good')];
      return [say(who, `stocked (${level})`, before?.phase === 'on-order' ? 'good' : 'event')];
    }
    default: {
      const phase = news.reason === null ? news.phase : `${news.phase} (${news.reason})`;
      return [say(who, `${phase}: ${news.why}`, 'warn')];
    }
  }
}

/** What there is to say about an order event. Pure. */
export function tellOrder(show: Show, news: Extract<News, { kind: 'order' }>): Sentence {
  const who = nameOf(show, news.slot);
  const what = news.detailCode ?? news.message ?? 'no detailCode';
  const isGood = news.outcome === 'placed' || news.outcome === 'in-progress';
  const attempt = news.attempt === 1 ? '' : ` at attempt ${news.attempt}`;
  return say(who, `${what} (${news.outcome}${attempt}) arrives over MQTT`, isGood ? 'good' : 'warn');
}

/** Who refilled what. Pure. */
export function tellRefill(show: Show, { slot, by }: Extract<News, { kind: 'refilled' }>): Sentence {
  const name = nameOf(show, slot);
  if (by === 'hand') return say('you', `refill ${name} by hand`);
  return say('customer', `gets the parcel and refills ${name}`);
}

function percent(level: number | null): string {
  return level === null ? 'level unknown' : `${level.toFixed(1)} %`;
}
