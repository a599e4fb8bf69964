import { closeSync, openSync } from 'node:fs';
import { expect, test } from 'vitest';
import { openServiceManager } from '../../agent/system/service-manager.ts';

test('outside of systemd there is none', () => {
  expect(openServiceManager({})).toBeNull();
  expect(openServiceManager({ REPLENISH_NOTIFY_FD: '', WATCHDOG_USEC: '1' })).toBeNull();
});

test.each(['0', '-3', '3x', '999999', '1e1'])('descriptor %s is not written into', (text) => {
  expect(openServiceManager({ REPLENISH_NOTIFY_FD: text })).toBeNull();
});

test('a file under the number of the descriptor is not written into', () => {
  const file = openSync('/dev/null', 'w');
  expect(openServiceManager({ REPLENISH_NOTIFY_FD: String(file) })).toBeNull();
  closeSync(file);
});
