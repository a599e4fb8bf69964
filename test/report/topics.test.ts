import fc from 'fast-check';
import { expect, test } from 'vitest';
import { mqttClientId, parseTopic, topics } from '../../agent/report/topics.ts';

test('the topics are those of the contract', () => {
  const names = topics('plant/replenish', 'printer-7');
  expect(names).toMatchObject({
    status: 'plant/replenish/printer-7/status',
    device: 'plant/replenish/printer-7/device',
    tokenRequest: 'plant/replenish/printer-7/token/request',
    token: 'plant/replenish/printer-7/token',
    notification: 'plant/replenish/printer-7/notification',
    command: 'plant/replenish/printer-7/command',
    commandResult: 'plant/replenish/printer-7/command/result',
  });
  expect(names.slot('black')).toBe('plant/replenish/printer-7/slots/black');
  expect(names.slotOrder('black')).toBe('plant/replenish/printer-7/slots/black/order');
});

const name = fc.stringMatching(/^[A-Za-z0-9_-]{1,64}$/);
const prefix = fc.array(name, { minLength: 1, maxLength: 3 }).map((parts) => parts.join('/'));

test('every topic that is built is read back as what it is', () => {
  fc.assert(
    fc.property(prefix, name, name, (base, device, slot) => {
      const names = topics(base, device);
      const parse = (topic: string) => parseTopic(base, device, topic);
      expect(parse(names.status)).toEqual({ kind: 'status' });
      expect(parse(names.device)).toEqual({ kind: 'device' });
      expect(parse(names.tokenRequest)).toEqual({ kind: 'token-request' });
      expect(parse(names.token)).toEqual({ kind: 'token' });
      expect(parse(names.notification)).toEqual({ kind: 'notification' });
      expect(parse(names.command)).toEqual({ kind: 'command' });
      expect(parse(names.commandResult)).toEqual({ kind: 'command-result' });
      expect(parse(names.slot(slot))).toEqual({ kind: 'slot', slot });
      expect(parse(names.slotOrder(slot))).toEqual({ kind: 'slot-order', slot });
    }),
  );
});

test.each([
  'a/b',
  'a/bb/status',
  'x/a/b/status',
  'a/b/slots',
  'a/b/slots/',
  'a/b/slots/s/orders',
  'a/b/slots/s/order/x',
  'a/b/toke',
])('%s is no topic of device b under a', (topic) => {
  expect(parseTopic('a', 'b', topic)).toBeNull();
});

test('the client id has no slash', () => {
  expect(mqttClientId('plant/replenish', 'printer-7')).toBe('plant-replenish-printer-7');
});
