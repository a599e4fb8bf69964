import { describe, expect, it } from 'vitest';
import { parseAccessToken } from '../../agent/replenish/access-token.ts';
import { DAY_MS, DutyWorld, HOUR_MS } from '../duty/duty-world.ts';

const MINUTE_MS = 60_000;

describe('after a start', () => {
  it('the subscriptions are read within seconds, and everything else between one and three delays later', async () => {
    const world = new DutyWorld();
    const startedAtMs = world.timing.nowMs();
    world.start();
    await world.pass(4_900);
    expect(world.calls).toEqual([]);
    await world.pass(10_200);
    expect(world.calls.map(({ call }) => call)).toEqual(['subscriptionInfo']);
    await world.pass(75_100);
    expect(new Set(world.calls.map(({ call }) => call))).toEqual(
      new Set(['deviceStatus', 'slotStatus slot-1', 'subscriptionInfo']),
    );
    expect(world.calls).toHaveLength(3);
    for (const { call, atMs } of world.calls)
      if (call !== 'subscriptionInfo') expect(atMs - startedAtMs).toBeGreaterThanOrEqual(30_000);
  });

  it('a restart repeats none of the durable ones, however often it comes', async () => {
    const world = new DutyWorld();
    world.start();
    await world.pass(2 * MINUTE_MS);
    for (let restarts = 0; restarts < 40; restarts++) {
      world.restart();
      await world.pass(MINUTE_MS);
    }
    expect(world.called('deviceStatus')).toHaveLength(1);
    expect(world.called('slotStatus slot-1')).toHaveLength(1);
    expect(world.saves).toBe(2);
  });

  it('a process that never lives long calls nobody', async () => {
    const world = new DutyWorld();
    world.start();
    for (let restarts = 0; restarts < 100; restarts++) {
      await world.pass(4_000);
      world.restart();
    }
    expect(world.calls).toEqual([]);
  });

  it('a disk that is full does not have the duties repeated', async () => {
    const world = new DutyWorld();
    world.diskFails = true;
    world.start();
    await world.pass(HOUR_MS);
    expect(world.calls).toHaveLength(3);
  });
});

describe('every day', () => {
  it('each is done, no more than a little more often than once', async () => {
    const world = new DutyWorld();
    world.start();
    await world.pass(10 * DAY_MS);
    for (const call of ['deviceStatus', 'slotStatus slot-1', 'subscriptionInfo']) {
      const times = world.called(call).map(({ atMs }) => atMs);
      expect(times.length).toBeGreaterThanOrEqual(10);
      expect(times.length).toBeLessThanOrEqual(12);
      for (const [index, atMs] of times.entries())
        if (index > 0) expect(atMs - (times[index - 1] ?? 0)).toBeLessThanOrEqual(DAY_MS);
    }
  });

  it('a level that is not believed is never told, and the next believed one is', async () => {
    const world = new DutyWorld();
    world.level = null;
    world.start();
    await world.pass(3 * DAY_MS);
    expect(world.called('slotStatus slot-1')).toEqual([]);
    world.level = 40;
    world.changed();
    await world.pass(MINUTE_MS);
    expect(world.called('slotStatus slot-1')).toHaveLength(1);
  });

  it('while the clock is surely wrong nothing that carries a date is told', async () => {
    const world = new DutyWorld();
    world.wallTrusted = false;
    world.start();
    await world.pass(2 * DAY_MS);
    expect(new Set(world.calls.map(({ call }) => call))).toEqual(new Set(['subscriptionInfo']));
    world.wallTrusted = true;
    await world.pass(20 * MINUTE_MS);
    expect(world.called('deviceStatus')).toHaveLength(1);
  });
});

describe('use', () => {
  it('is told when a level has moved by a step, and no more often than the pause', async () => {
    const world = new DutyWorld();
    world.start();
    await world.pass(5 * MINUTE_MS);
    // A percent a minute: every reading of it is news.
    for (let minutes = 0; minutes < 60; minutes++) {
      world.level = 79 - minutes;
      world.changed();
      await world.pass(MINUTE_MS);
    }
    const told = world.called('slotStatus slot-1');
    expect(told.length).toBeGreaterThanOrEqual(4);
    expect(told.length).toBeLessThanOrEqual(6);
    const pausesMs = told.slice(1).map(({ atMs }, index) => atMs - (told[index]?.atMs ?? 0));
    expect(Math.min(...pausesMs)).toBeGreaterThanOrEqual(15 * MINUTE_MS);
    expect(told[0]?.status).toMatchObject({ remainingQuantity: 9.6, originalQuantity: 12 });
  });

  it('of less than a step waits for the daily telling', async () => {
    const world = new DutyWorld();
    world.start();
    await world.pass(5 * MINUTE_MS);
    world.level = 75.1;
    world.changed();
    await world.pass(50 * MINUTE_MS);
    expect(world.called('slotStatus slot-1')).toHaveLength(1);
  });
});

describe('trouble', () => {
  it.each([
    ['failed', { kind: 'failed', message: 'DRS answered 500.', retryAfterMs: null }, 40],
    ['refused', { kind: 'refused', message: 'DRS answered 404.' }, 30],
  ] as const)('%s is tried again at a growing pace, and said once', async (_name, answer, most) => {
    const world = new DutyWorld();
    world.answers = { slotStatus: answer, deviceStatus: answer, subscriptionInfo: answer };
    world.start();
    await world.pass(DAY_MS);
    expect(world.calls.length).toBeGreaterThan(3);
    expect(world.calls.length).toBeLessThan(most);
    expect(world.log.filter((line) => line.startsWith('warn'))).toHaveLength(3);
    world.answers = {};
    await world.pass(7 * HOUR_MS);
    expect(world.log.filter((line) => line.startsWith('info'))).toHaveLength(3);
  });

  it('a slot that is refused does not keep the other duties from being done', async () => {
    const world = new DutyWorld();
    world.answers = { slotStatus: { kind: 'refused', message: 'DRS answered 400.' } };
    world.start();
    await world.pass(2 * MINUTE_MS);
    expect(world.called('deviceStatus')).toHaveLength(1);
    expect(world.called('subscriptionInfo')).toHaveLength(1);
  });

  it('Retry-After is honoured', async () => {
    const world = new DutyWorld();
    world.answers = {
      subscriptionInfo: { kind: 'failed', message: 'DRS answered 503.', retryAfterMs: 5 * HOUR_MS },
    };
    world.start();
    await world.pass(20_000);
    const before = world.calls.length;
    await world.pass(4.9 * HOUR_MS);
    expect(world.calls).toHaveLength(before);
  });

  it('a token that DRS names as the reason is replaced once, and nothing is tried until another one is there', async () => {
    const world = new DutyWorld();
    world.answers = { subscriptionInfo: { kind: 'invalid-token', message: 'Invalid token' } };
    world.start();
    await world.pass(DAY_MS);
    expect(world.refreshed).toEqual([parseAccessToken('Atza|1')?.fingerprint]);
    expect(world.calls).toHaveLength(1);
    world.answers = {};
    world.token = parseAccessToken('Atza|2');
    world.changed();
    await world.pass(2 * MINUTE_MS);
    expect(world.calls).toHaveLength(4);
  });

  it('one call at a time: what hangs holds up the others and nothing else', async () => {
    const world = new DutyWorld();
    world.isHanging = true;
    world.start();
    await world.pass(HOUR_MS);
    expect(world.calls).toHaveLength(1);
    world.release();
    await world.pass(MINUTE_MS);
    expect(world.calls).toHaveLength(3);
  });

  it('an answer that comes after the stop changes nothing', async () => {
    const world = new DutyWorld();
    world.isHanging = true;
    world.start();
    await world.pass(MINUTE_MS);
    world.stop();
    world.release();
    await world.pass(DAY_MS);
    expect(world.heard).toEqual([]);
    expect(world.calls).toHaveLength(1);
    expect(world.timing.pending).toBe(0);
  });
});

describe('subscriptions', () => {
  it('are told to the slot by its id, and a slot that is not listed is named', async () => {
    const world = new DutyWorld();
    world.subscriptions = new Map([
      ['other', false],
      ['slot-1', true],
    ]);
    world.start();
    await world.pass(20_000);
    expect(world.heard).toEqual([true]);
    expect(world.unlisted).toEqual([]);
    world.subscriptions = new Map([['other', true]]);
    world.subscriptionsChanged();
    await world.pass(3 * MINUTE_MS);
    expect(world.heard).toEqual([true, null]);
    expect(world.unlisted).toEqual(['black']);
  });

  it('are read again when a slot is refused for want of one, a minute later, then every hour', async () => {
    const world = new DutyWorld();
    world.subscriptions = new Map([['slot-1', false]]);
    world.start();
    await world.pass(5 * MINUTE_MS);
    const before = world.called('subscriptionInfo').length;
    world.reason = 'unsubscribed';
    world.changed();
    await world.pass(59_000);
    expect(world.called('subscriptionInfo')).toHaveLength(before);
    await world.pass(2 * MINUTE_MS);
    expect(world.called('subscriptionInfo')).toHaveLength(before + 1);
    await world.pass(5 * HOUR_MS);
    expect(world.called('subscriptionInfo')).toHaveLength(before + 6);
  });

  it('that can not be read for more than a day are known no more', async () => {
    const world = new DutyWorld();
    world.subscriptions = new Map([['slot-1', false]]);
    world.start();
    await world.pass(20_000);
    expect(world.heard).toEqual([false]);
    world.answers = { subscriptionInfo: { kind: 'refused', message: 'DRS answered 404.' } };
    world.subscriptionsChanged();
    await world.pass(DAY_MS);
    expect(world.heard).toEqual([false]);
    await world.pass(DAY_MS);
    expect(world.heard).toEqual([false, null]);
  });

  it('that were asked for before a refusal do not overrule it', async () => {
    const world = new DutyWorld();
    world.isHanging = true;
    world.start();
    await world.pass(20_000);
    world.reason = 'unsubscribed';
    world.release();
    await world.pass(1_000);
    expect(world.heard).toEqual([]);
  });

  it('are not read more than once a minute, however often the cloud says that they changed', async () => {
    const world = new DutyWorld();
    world.start();
    await world.pass(20_000);
    for (let news = 0; news < 600; news++) {
      world.subscriptionsChanged();
      await world.pass(1_000);
    }
    expect(world.called('subscriptionInfo').length).toBeLessThanOrEqual(11);
  });
});
