import fc from 'fast-check';
import { expect, test } from 'vitest';
import { alertsPayload, NO_ALERTS, reviewAlerts } from '../../agent/report/alerts.ts';
import { devicePayload } from '../../agent/report/device-payload.ts';
import {
  commandResultPayload,
  orderPayload,
  slotPayload,
  tokenRequestPayload,
} from '../../agent/report/payload.ts';
import { parseTokenMessage } from '../../agent/report/token-message.ts';
import { documentedMessages as messages, validateMessage } from '../support/asyncapi.ts';
import { deviceViews, orderEvents, slotViews } from './views.ts';

test('the document has exactly the topics that are built', () => {
  const listed = messages.map(({ address, action, qos, retain }) => `${address} ${action} ${qos} ${retain}`);
  expect(new Set(listed)).toEqual(
    new Set([
      'alerts send 1 true',
      'command receive 1 false',
      'command/result send 1 false',
      'device send 1 true',
      'inventory/capabilities send 1 true',
      'notification receive 1 false',
      'registration receive 1 false',
      'registration/challenge send 1 false',
      'registration/result send 1 false',
      'slots/{slot} send 1 true',
      'slots/{slot}/inventory send 1 true',
      'slots/{slot}/inventory/consumed send 1 false',
      'slots/{slot}/order send 1 false',
      'status send 1 true',
      'token receive 1 false',
      'token/request send 1 false',
      '{discoveryPrefix}/device/{nodeId}/{deviceId}/config send 1 true',
    ]),
  );
});

test.each(messages)('the examples of $address are valid', ({ examples, validate }) => {
  for (const example of examples) {
    validate(example);
    expect(validate.errors ?? []).toEqual([]);
  }
});

test('every slot payload is as documented', () => {
  fc.assert(
    fc.property(slotViews, (view) => {
      expect(validateMessage('slots/black', slotPayload(view))).toEqual([]);
    }),
  );
});

test('every order payload is as documented', () => {
  fc.assert(
    fc.property(orderEvents, (event) => {
      expect(validateMessage('slots/black/order', orderPayload(event))).toEqual([]);
    }),
  );
});

test('every device payload is as documented', () => {
  fc.assert(
    fc.property(deviceViews, (view) => {
      expect(validateMessage('device', devicePayload(view))).toEqual([]);
    }),
  );
});

test('every list of alerts is as documented, whatever the device is like', () => {
  const slotName = fc.stringMatching(/^[A-Za-z0-9_-]{1,64}$/);
  const slots = fc.array(
    fc.tuple(slotName, fc.record({ view: slotViews, connectionError: fc.option(fc.string()) })),
  );
  fc.assert(
    fc.property(deviceViews, slots, fc.nat(), (device, entries, nowMs) => {
      const facts = { device, slots: new Map(entries), nowMs };
      const later = { ...facts, nowMs: nowMs + 3_600_000 };
      const { alerts } = reviewAlerts(reviewAlerts(NO_ALERTS, facts), later);
      expect(validateMessage('alerts', alertsPayload(alerts))).toEqual([]);
      expect(new Set(alerts.map(({ id }) => id)).size).toBe(alerts.length);
    }),
  );
});

test.each(['start', 'expiring', 'expired', 'rejected'] as const)(
  'a token request for %s is as documented',
  (reason) => {
    expect(validateMessage('token/request', tokenRequestPayload({ reason }))).toEqual([]);
  },
);

test('every answer to a command is as documented', () => {
  const answers = fc.record({
    id: fc.option(fc.stringMatching(/^[\x21-\x7e]{1,64}$/)),
    ok: fc.boolean(),
    message: fc.string({ minLength: 1, unit: 'binary' }),
  });
  fc.assert(
    fc.property(answers, (answer) => {
      expect(validateMessage('command/result', commandResultPayload(answer))).toEqual([]);
    }),
  );
});

test('the agent takes the documented token messages', () => {
  const examples = messages.find(({ address }) => address === 'token')?.examples ?? [];
  expect(examples.length).toBeGreaterThan(0);
  for (const example of examples) {
    expect(parseTokenMessage(Buffer.from(JSON.stringify(example)))).toMatchObject({ ok: true });
  }
});

test.each([
  ['status', 'on'],
  ['status', '"online"'],
  ['slots/black', '{}'],
  ['slots/black', 'no json'],
  ['slots/black/order', '{"orderId":"a"}'],
  ['token/request', '{"reason":"start","more":1}'],
  ['slots/black/orders', '{}'],
  ['command/result', '{"id":"a","ok":1,"message":"Done."}'],
  ['command/result', '{"id":"a","ok":true,"message":""}'],
])('%s with %s is found wrong', (topic, payload) => {
  expect(validateMessage(topic, payload)).not.toEqual([]);
});

test('a reason outside held, a missing reason in held, and an unknown field are found wrong', () => {
  const [stocked, held] = messages.find(({ name }) => name === 'slot')?.examples ?? [];
  for (const [example, change] of [
    [stocked, { reason: 'auth' }],
    [held, { reason: null }],
    [stocked, { extra: 1 }],
    [stocked, { level: 100.5 }],
    [stocked, { at: '2025-03-01T09:30:00Z' }],
  ] as const) {
    expect(validateMessage('slots/a', JSON.stringify({ ...Object(example), ...change }))).not.toEqual([]);
  }
});
