import type { SampleDevice } from '../dashboard/fleet-publisher.ts';

const ORDER = {
  orderId: '0d9f7c4e-2b51-4f0e-9a57-1f1f5a0a9a11',
  attempt: 1,
  slotId: '4c8746c0-91cf-40ac-a001-daca4ab0aa1c',
  outcome: 'placed',
  detailCode: 'STANDARD_ORDER_PLACED',
  eventInstanceId: 'amzn1.dash.v2.o.ci4kl9z',
  httpStatus: 200,
  message: null,
  requestId: '9fd3b0f1-2f0e-11e8',
  level: 18,
  at: '2026-11-23T11:02:00.000Z',
};

/** Order events, topic under the prefix first. */
export const ORDERS: readonly (readonly [topic: string, order: Readonly<Record<string, unknown>>])[] = [
  ['kitchen-printer-7/slots/black/order', ORDER],
  [
    'coffee-2/slots/beans/order',
    {
      ...ORDER,
      orderId: '1b7c5d7a-90a4-4cf3-8a07-64d2d7a3f0aa',
      outcome: 'in-doubt',
      detailCode: null,
      eventInstanceId: null,
      httpStatus: null,
      message: 'The connection broke after the request had left.',
      requestId: null,
      level: 9,
      at: '2026-11-23T11:40:00.000Z',
    },
  ],
];

const { orderId, attempt, outcome, detailCode, eventInstanceId, at } = ORDER;

/** A small fleet in which something of everything is amiss. */
export const FLEET: readonly SampleDevice[] = [
  {
    id: 'kitchen-printer-7',
    slots: {
      black: {
        phase: 'on-order',
        level: 18,
        lastOrder: { orderId, attempt, outcome, detailCode, eventInstanceId, at },
        emptyAt: '2026-11-29T08:00:00.000Z',
        why: 'Ordered on 23 November; waiting for the refill.',
      },
      cyan: { level: 74.4, emptyAt: '2027-01-12T08:00:00.000Z' },
      magenta: { level: 52, emptyAt: '2026-12-20T08:00:00.000Z' },
    },
  },
  {
    id: 'coffee-2',
    slots: {
      beans: { phase: 'in-doubt', level: 9, why: 'The last request went unanswered; it is tried again.' },
      milk: {
        phase: 'unknown',
        level: null,
        sensor: 'fault',
        why: 'The scale reports no value: look at its cable.',
      },
    },
  },
  {
    id: 'hall-dispenser',
    status: 'offline',
    slots: {
      soap: {
        phase: 'held',
        reason: 'auth',
        level: 12,
        why: 'DRS refused the access token; waiting for a new one.',
      },
      towels: { level: 66, warning: 'The raw value has not changed for longer than stuckAfter.' },
    },
  },
];

/** What is amiss, by device. */
export const ALERTS: Readonly<Record<string, readonly Readonly<Record<string, unknown>>[]>> = {
  'kitchen-printer-7': [],
  'coffee-2': [
    {
      id: 'slots/milk/sensor-fault',
      severity: 'warning',
      slot: 'milk',
      since: '2026-11-23T09:10:00.000Z',
      text: 'Slot milk: the scale reports no value: look at its cable.',
    },
  ],
  'hall-dispenser': [
    {
      id: 'slots/soap/held-auth',
      severity: 'critical',
      slot: 'soap',
      since: '2026-11-23T08:30:00.000Z',
      text: 'Slot soap: no access token that DRS accepts: provision a new one and the order is sent.',
    },
  ],
};
