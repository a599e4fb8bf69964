import { expect, test } from 'vitest';
import { parseStatus } from '../../agent/local/answer-schema.ts';
import { stoppedStatus } from '../../agent/local/service-view.ts';
import { statusText } from '../../agent/local/status-text.ts';
import { NEW_RECORD } from '../../agent/policy/decide.ts';
import type { Depletion, SlotRecord } from '../../agent/policy/slot-state.ts';
import { DEVICE, statusOf } from './pictures.ts';

const ORDER = {
  orderId: 'f02b819f',
  attempt: 1,
  outcome: 'placed',
  detailCode: 'STANDARD_ORDER_PLACED',
  eventInstanceId: null,
  at: '2026-11-23T14:49:25.851Z',
} as const;

const DOUBT = {
  orderId: 'f02b819f',
  openedAt: '2026-11-23T14:00:00.000Z',
  attempts: 2,
  inDoubtSince: '2026-11-23T14:01:00.000Z',
  eventInstanceId: null,
};

test('the table tells where each slot stands, what is in doubt and what waits', () => {
  const status = statusOf(
    {
      black: { phase: 'on-order', why: 'Order f02b819f is open.', level: 12.5, lastOrder: ORDER },
      'cyan-xl': {
        phase: 'held',
        reason: 'in-doubt',
        why: 'A request went unanswered.',
        level: null,
        sensor: 'stale',
        openOrder: DOUBT,
      },
    },
    {
      outbox: { depth: 1, dropped: 2 },
      isHistoryLost: true,
      device: { ...DEVICE, hardware: { board: { state: 'failed', error: 'There is no device x.' } } },
    },
  );
  expect(statusText(status, false)).toBe(
    `The service is running (version 0.1.0, since 2026-11-23T14:00:00.000Z). State: /var/lib/replenish-agent

slot     phase           level   last order
black    on-order        12.5 %  STANDARD_ORDER_PLACED 2026-11-23T14:49:25.851Z
  Order f02b819f is open.
cyan-xl  held: in-doubt  stale   -
  A request went unanswered.

in doubt: cyan-xl, order f02b819f, requests: 2, since 2026-11-23T14:01:00.000Z.
  See at Amazon whether the order exists, then: replenish-agent resolve cyan-xl placed, or not-placed
outbox: 1 order event waits for the broker; 2 were given up for lack of room.
token: valid
hardware board: There is no device x.
A history was lost in this state directory once: a slot without one begins held.
`,
  );
});

test('what is wrong is told once, the gravest first, with what to do', () => {
  const since = '2026-11-23T14:49:25.851Z';
  const why = 'Do this: replenish-agent resolve SLOT placed|not-placed.';
  const missing = 'There is no device x.';
  const alert = { severity: 'critical', slot: 'black', since } as const;
  const status = statusOf(
    { black: { phase: 'held', reason: 'in-doubt', why }, cyan: {} },
    {
      alerts: [
        {
          ...alert,
          id: 'slots/black/held-in-doubt',
          text: 'Slot black: Do this: replenish-agent resolve black placed|not-placed.',
        },
        { ...alert, id: 'token-missing', slot: null, text: 'There is no\u001b access token.' },
        { ...alert, id: 'a', severity: 'info', slot: 'cyan', text: `Slot cyan: it is silent. ${missing}` },
      ],
      device: { ...DEVICE, hardware: { board: { state: 'failed', error: missing } } },
    },
  );
  const lines = statusText(status, false).split('\n');
  expect(lines.slice(-5, -1)).toEqual([
    `critical: There is no  access token. (since ${since})`,
    `info: Slot cyan: it is silent. ${missing} (since ${since})`,
    'outbox: 0 order events wait for the broker.',
    'token: valid',
  ]);
});

test('colour comes only where it is asked for, and takes no room', () => {
  const status = statusOf({ black: {}, cyan: { phase: 'held', reason: 'auth' } });
  const coloured = statusText(status, true);
  expect(coloured).toContain('\u001b[31mheld: auth');
  expect(coloured.replaceAll(/\p{Cc}\[\d+m/gu, '')).toBe(statusText(status, false));
});

test('control characters from outside never reach the terminal', () => {
  const evil = '\u001b[2J\u0007\u009b1mgone\r\n';
  const status = statusOf(
    {
      [evil]: {
        why: evil,
        openOrder: { ...DOUBT, orderId: evil },
        lastOrder: { ...ORDER, detailCode: evil },
      },
    },
    {
      stateDir: evil,
      device: { ...DEVICE, version: evil, hardware: { [evil]: { state: evil, error: evil } } },
    },
  );
  expect(statusText(status, false).replaceAll('\n', '')).not.toMatch(/\p{Cc}/u);
});

const NOW = { bootId: 'b', monotonicMs: 0, wallMs: Date.UTC(2026, 10, 23), wallTrusted: true };

function recordAt(stage: Depletion['stage'], doubtSince: Depletion['doubtSince'] = null): SlotRecord {
  const depletion: Depletion = {
    orderId: 'o-1',
    slotId: 'id',
    openedAt: NOW,
    attempts: 1,
    failures: 0,
    doubtSince,
    rejectedToken: null,
    tokenRefreshed: false,
    eventInstanceId: null,
    stage,
  };
  return { ...NEW_RECORD, slotId: 'id', depletion };
}

test.each<{ name: string; record: SlotRecord | 'lost'; phase: string; doubt: boolean }>([
  { name: 'nothing open', record: NEW_RECORD, phase: 'unknown', doubt: false },
  {
    name: 'an order open',
    record: recordAt({ kind: 'on-order', since: NOW }),
    phase: 'on-order',
    doubt: false,
  },
  {
    name: 'a settled doubt',
    record: recordAt({ kind: 'on-order', since: NOW }, NOW),
    phase: 'on-order',
    doubt: false,
  },
  {
    name: 'an order due',
    record: recordAt({ kind: 'due', since: NOW, waitMs: 0 }),
    phase: 'ordering',
    doubt: false,
  },
  {
    name: 'a repeat due',
    record: recordAt({ kind: 'due', since: NOW, waitMs: 0 }, NOW),
    phase: 'in-doubt',
    doubt: true,
  },
  {
    name: 'a request out',
    record: recordAt({ kind: 'sending', since: NOW, tokenFingerprint: 'f', levelPercent: 10 }),
    phase: 'in-doubt',
    doubt: true,
  },
  {
    name: 'a hold',
    record: recordAt({ kind: 'held', since: NOW, reason: 'unsubscribed' }),
    phase: 'held',
    doubt: false,
  },
  { name: 'a lost record', record: 'lost', phase: 'held', doubt: false },
])('a stopped service with $name is $phase', ({ record, phase, doubt }) => {
  const state = {
    records: new Map([['black', record]]),
    isHistoryLost: false,
    outbox: { depth: 0, dropped: 0 },
  };
  const status = stoppedStatus('/state', state, ['cyan'], NOW.wallMs);
  expect(status.slots['black']?.phase).toBe(phase);
  expect(status.slots['black']?.openOrder?.inDoubtSince ?? null).toBe(
    doubt ? '2026-11-23T00:00:00.000Z' : null,
  );
  expect(status).toMatchObject({ waitingForAnswer: [], inDoubt: doubt ? ['black'] : [] });
  expect(status.slots['cyan']).toMatchObject({ phase: 'unknown', slotId: null });
  expect(parseStatus(JSON.stringify(status))).toEqual({ kind: 'answer', value: status });
});

test('a slot without a history is held where a history was lost', () => {
  const state = { records: new Map(), isHistoryLost: true, outbox: { depth: 0, dropped: 0 } };
  expect(stoppedStatus('/state', state, ['cyan'], 0).slots['cyan']).toMatchObject({
    phase: 'held',
    reason: 'state-lost',
  });
});

test('the answer of a service that does not tell what is under way is understood', () => {
  const { waitingForAnswer, inDoubt, ...older } = statusOf({});
  expect(parseStatus(JSON.stringify(older))).toEqual({
    kind: 'answer',
    value: { ...older, waitingForAnswer: [], inDoubt: [] },
  });
});

test('slots and hardware are understood whatever they are called', () => {
  const hardware = { constructor: { state: 'open', error: null } };
  const status = statusOf({ prototype: {}, constructor: {} }, { device: { ...DEVICE, hardware } });
  expect(parseStatus(JSON.stringify(status))).toEqual({ kind: 'answer', value: status });
});

test.each([
  ['a list of slots', { slots: [] }],
  ['a list of hardware', { device: { ...DEVICE, hardware: [] } }],
  ['a count that is no number', { outbox: { depth: null, dropped: 0 } }],
])('an answer with %s is not understood', (_name, change) => {
  const answer = JSON.stringify({ ...statusOf({}), ...change });
  expect(parseStatus(answer)).toMatchObject({ kind: 'refused' });
});

test('an answer with a level beyond all numbers is not understood', () => {
  const answer = JSON.stringify(statusOf({ black: { level: 5 } })).replace('"level":5', '"level":1e999');
  expect(parseStatus(answer)).toMatchObject({ kind: 'refused' });
});
