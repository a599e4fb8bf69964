import { expect, test } from 'vitest';
import { mqttClientId, topics } from '../../agent/report/topics.ts';

test('the topics are those of the contract', () => {
  const names = topics('plant/replenish', 'printer-7');
  expect(names).toMatchObject({
    status: 'plant/replenish/printer-7/status',
    device: 'plant/replenish/printer-7/device',
    alerts: 'plant/replenish/printer-7/alerts',
    tokenRequest: 'plant/replenish/printer-7/token/request',
    token: 'plant/replenish/printer-7/token',
    notification: 'plant/replenish/printer-7/notification',
    command: 'plant/replenish/printer-7/command',
    commandResult: 'plant/replenish/printer-7/command/result',
  });
  expect(names.slot('black')).toBe('plant/replenish/printer-7/slots/black');
  expect(names.slotOrder('black')).toBe('plant/replenish/printer-7/slots/black/order');
});

test('the client id has no slash', () => {
  expect(mqttClientId('plant/replenish', 'printer-7')).toBe('plant-replenish-printer-7');
});
