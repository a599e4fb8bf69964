import { afterEach, beforeEach, expect, test, vi } from 'vitest';
import type { Device, Slot } from './registration.ts';
import { createSandboxModel, type SandboxModel } from './sandbox-model.ts';
import { DEFAULT_OPTIONS } from './sandbox-options.ts';

beforeEach(() => {
  vi.useFakeTimers();
});

afterEach(() => {
  vi.useRealTimers();
});

function firstSlot(model: SandboxModel): readonly [Device, Slot] {
  const device = model.devices[0];
  const slot = device?.slots.get('slot1');
  if (device === undefined || slot === undefined) throw new Error('The model has no slot1.');
  return [device, slot];
}

test('the delivery of an order by time leaves the next order alone', () => {
  const model = createSandboxModel({ ...DEFAULT_OPTIONS, deliverAfterMs: 30_000 });
  const [device, slot] = firstSlot(model);
  const stages = () => model.desk.orders().map((order) => order.stage);
  model.desk.replenish(device, slot);
  vi.advanceTimersByTime(20_000);
  model.desk.deliver(device, 'slot1');
  model.desk.replenish(device, slot);
  vi.advanceTimersByTime(29_999);
  expect(stages()).toEqual(['delivered', 'cancellable']);
  vi.advanceTimersByTime(1);
  expect(stages()).toEqual(['delivered', 'delivered']);
  model.stop();
});

test('the cancel window ends by itself, with its news, while nobody calls', () => {
  const model = createSandboxModel(DEFAULT_OPTIONS);
  model.desk.replenish(...firstSlot(model));
  vi.advanceTimersByTime(24 * 3_600_000 + 1000);
  expect(model.notifications.map((message) => message.notificationInfo.notificationType)).toEqual([
    'OrderPlacedNotification',
    'ItemShippedNotification',
  ]);
  model.stop();
});

test('nothing happens by itself once it is stopped', () => {
  const model = createSandboxModel({ ...DEFAULT_OPTIONS, deliverAfterMs: 10 });
  model.desk.replenish(...firstSlot(model));
  model.stop();
  expect(vi.getTimerCount()).toBe(0);
});
