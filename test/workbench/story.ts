import type { News } from './news.ts';
import { REORDER_AT_PERCENT } from './scene.ts';
import { nameOf, type Sentence, say } from './sentence.ts';
import { learn, type Show } from './show.ts';
import { tellOrder, tellRefill, tellSlot } from './slot-story.ts';

/** What there is to say about a piece of news, given what was known before it. Pure. */
export function tell(show: Show, news: News): readonly Sentence[] {
  switch (news.kind) {
    case 'status':
      return tellStatus(show, news.isOnline);
    case 'device':
      return tellDevice(show, news);
    case 'slot':
      return tellSlot(show, news);
    case 'order':
      return [tellOrder(show, news)];
    case 'request':
      return tellRequest(show, news);
    case 'token-request':
      return [say('agent', `asks the cloud for an access token (${news.reason})`)];
    case 'token':
      return [say('cloud', 'sends an access token over MQTT')];
    case 'alerts':
      return news.texts.map((sentence) => say('alert', sentence, 'note'));
    case 'unreadable':
      return [say('agent', `published something that the contract does not know on ${news.topic}`, 'bad')];
    case 'ran-low':
      return [say('machine', `${nameOf(show, news.slot)} is truly down to ${REORDER_AT_PERCENT} %`, 'note')];
    case 'refilled':
      return [tellRefill(show, news)];
    case 'drained':
      return [say('you', `drain ${nameOf(show, news.slot)} by hand`)];
    case 'network':
      return [
        news.isUp
          ? say('network', 'is whole again')
          : say('network', 'is cut between the agent and the world', 'warn'),
      ];
    case 'losing-answer':
      return [say('network', "will lose DRS's next answer to an order", 'warn')];
    case 'page':
      return [say('dashboard', `open ${news.url}`, 'note')];
    case 'plug':
      return [
        news.isPlugged
          ? say('board', 'is plugged in again')
          : say('board', 'is unplugged: the machine stands still', 'warn'),
      ];
    case 'speed':
      return [
        say(
          'machine',
          news.speed === 1 ? 'is used at its own pace again' : `is used ${news.speed} x as fast`,
        ),
      ];
    case 'agent-started':
      return [say('agent', `starts as process ${news.pid}`)];
    case 'agent-killed':
      return [say('agent', 'is killed with kill -9: only its disk remembers', 'warn')];
  }
}

function tellStatus(show: Show, isOnline: boolean): readonly Sentence[] {
  if (isOnline === show.isOnline) return [];
  if (isOnline) return [say('agent', 'is online')];
  return [
    show.pid === null || !show.isNetworkUp
      ? say('broker', 'publishes the last will of the agent: offline', 'warn')
      : say('agent', 'says that it goes offline'),
  ];
}

function tellDevice(show: Show, news: Extract<News, { kind: 'device' }>): readonly Sentence[] {
  const sentences: Sentence[] = [];
  if (news.hardware !== show.hardware) {
    const isOpen = news.hardware === 'open';
    const text = isOpen
      ? 'has the serial device open'
      : `reports its connection to the board: ${news.hardware}`;
    sentences.push(say('agent', text, news.hardware === 'failed' ? 'warn' : 'event'));
  }
  const isValid = news.token === 'valid';
  // That there is none yet at the start is no news: it is just being asked for.
  if (news.token !== show.token && (isValid || show.token !== null)) {
    sentences.push(say('agent', `reports its access token: ${news.token}`, isValid ? 'event' : 'warn'));
  }
  return sentences;
}

function tellRequest(show: Show, news: Extract<News, { kind: 'request' }>): readonly Sentence[] {
  const answer =
    news.httpStatus === null ? 'no answer' : `${news.httpStatus} ${news.detailCode ?? ''}`.trimEnd();
  const isGood = news.httpStatus === 200;
  const request = say(
    news.slot === null ? 'DRS' : nameOf(show, news.slot),
    `${news.method} ${news.url} -> ${answer}`,
    isGood ? 'good' : 'warn',
  );
  const isTooMany = learn(show, news).slots.some(
    ({ tally }, index) => tally.surplus > (show.slots[index]?.tally.surplus ?? 0),
  );
  return [
    request,
    ...news.violations.map((violation) => say('DRS', `not by the letter: ${violation}`, 'bad')),
    ...(isTooMany ? [say('DRS', 'one order too many: this must never happen', 'bad')] : []),
  ];
}
