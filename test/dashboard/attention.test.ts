import { describe, expect, test } from 'vitest';
import { HELD_WHY } from '../../agent/policy/standing.ts';
import { adviceFor, deviceConcerns, deviceTroubles } from '../../config/dashboard/model/attention.ts';
import { DEVICE } from './fleet-publisher.ts';
import { heardDevice } from './samples.ts';

const reportOf = (slot: Readonly<Record<string, unknown>>) => {
  const report = heardDevice({ id: 'm', slots: { beans: slot } }).slots.get('beans')?.report;
  if (report === null || report === undefined) throw new Error('no report');
  return report;
};

describe('adviceFor', () => {
  test.each(Object.keys(HELD_WHY))('knows what to do when a slot is held for %s', (reason) => {
    expect(adviceFor('beans', reportOf({ phase: 'held', reason }))).toMatch(/\.$/);
  });

  test('names the slot in what is to be typed', () => {
    expect(adviceFor('beans', reportOf({ phase: 'held', reason: 'in-doubt' }))).toContain(
      'resolve beans placed',
    );
  });

  test('sends people to a sensor that fails, and nowhere when all is well', () => {
    expect(adviceFor('beans', reportOf({ sensor: 'fault' }))).toMatch(/Look at the sensor/);
    expect(adviceFor('beans', reportOf({}))).toBeNull();
    expect(adviceFor('beans', reportOf({ phase: 'held', reason: 'constructor' }))).toBeNull();
  });
});

describe('deviceConcerns', () => {
  const concerns = (slot: Readonly<Record<string, unknown>>, more = {}) =>
    [...deviceConcerns(heardDevice({ id: 'm', slots: { beans: slot }, ...more }))].toSorted();

  test('are what the slots and the device have to be looked at for', () => {
    expect(concerns({})).toEqual([]);
    expect(concerns({ phase: 'held', reason: 'auth' })).toEqual(['held']);
    expect(concerns({ phase: 'held', reason: 'in-doubt' })).toEqual(['held', 'in-doubt']);
    expect(concerns({ sensor: 'stale', phase: 'unknown', level: null })).toEqual(['sensor']);
    expect(concerns({ warning: 'Stuck.' }, { status: 'offline' })).toEqual(['offline', 'warning']);
    expect(concerns({ phase: 'low' }, { device: { clockTrusted: false } })).toEqual(['low', 'warning']);
  });
});

describe('deviceTroubles', () => {
  test('tell of hardware, token, clock, outbox and disk, and of nothing else', () => {
    const troubles = (more: Readonly<Record<string, unknown>>) => {
      return deviceTroubles(heardDevice({ id: 'm', slots: {}, device: more }));
    };
    const board = { ...DEVICE.hardware.board, state: 'failed', error: 'The port is gone: plug it in.' };
    expect(troubles({})).toEqual([]);
    expect(troubles({ hardware: { board } })).toEqual(['board: The port is gone: plug it in.']);
    expect(troubles({ token: { state: 'rejected', expiresAt: null } })).toHaveLength(1);
    expect(troubles({ clockTrusted: false, outbox: { depth: 2, dropped: 1 } })).toHaveLength(3);
    expect(troubles({ store: { state: 'failed', error: 'The disk is full.' } })).toEqual([
      'The disk is full.',
    ]);
  });

  test('leave to the alerts of the agent what they tell, once, without those of slots', () => {
    const device = heardDevice({
      id: 'm',
      slots: {},
      device: { clockTrusted: false, outbox: { depth: 2, dropped: 1 } },
    });
    const since = 0;
    device.alerts = [
      { id: 'clock', severity: 'warning', since, text: 'The clock is wrong.' },
      { id: 'slots/a/held-auth', severity: 'critical', slot: 'a', since, text: 'Slot a: no token.' },
      { id: 'x', severity: 'info', since, text: 'Nothing to do.' },
    ];
    expect(deviceTroubles(device)).toEqual(['The clock is wrong.', '2 order reports wait for the broker.']);
    device.alerts = [];
    expect(deviceTroubles(device)).toEqual(['2 order reports wait for the broker.']);
  });
});
