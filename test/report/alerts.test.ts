import { describe, expect, it } from 'vitest';
import type { HoldReason } from '../../agent/policy/slot-state.ts';
import { HELD_WHY } from '../../agent/policy/standing.ts';
import type { TokenState } from '../../agent/replenish/access-token.ts';
import { createAlertWatch } from '../../agent/report/alert-watch.ts';
import { ALERTS_MAX, type AlertBook, NO_ALERTS, reviewAlerts } from '../../agent/report/alerts.ts';
import type { DeviceView } from '../../agent/report/device-payload.ts';
import type { SlotView } from '../../agent/report/payload.ts';
import { codeIn, read, table } from '../docs/markdown.ts';
import { DEVICE, SLOT, WALL_MS } from './calm-views.ts';

const MINUTE_MS = 60_000;
const DAY_MS = 24 * 60 * MINUTE_MS;
const held = (reason: HoldReason): SlotView => ({ ...SLOT, phase: 'held', reason });

/** Looks at a device whose slots are these, at monotonic minutes one after the other. */
function look(
  change: Partial<DeviceView>,
  slots: Readonly<Record<string, SlotView>> = {},
  minutes: readonly number[] = [0],
  before: AlertBook = NO_ALERTS,
): AlertBook {
  const facts = new Map(
    Object.entries(slots).map(([slot, view]) => [slot, { view, connectionError: null }] as const),
  );
  return minutes.reduce(
    (book, minute) =>
      reviewAlerts(book, {
        device: { ...DEVICE, ...change, atMs: WALL_MS + minute * MINUTE_MS },
        slots: facts,
        nowMs: minute * MINUTE_MS,
      }),
    before,
  );
}

const ids = ({ alerts }: AlertBook): readonly string[] => alerts.map(({ id }) => id);

describe('the list of alerts', () => {
  it('is empty while all is well', () => {
    expect(look({}, { black: SLOT }, [0, 60])).toMatchObject({ alerts: [] });
  });

  it('has exactly the alerts of the README, each with its severity', () => {
    const tokens: readonly TokenState[] = ['missing', 'expired', 'rejected', 'revoked', 'misconfigured'];
    const standsSince = { wallMs: 0, atLeastMs: 15 * DAY_MS };
    const slots: readonly SlotView[] = [
      ...(Object.keys(HELD_WHY) as HoldReason[]).map(held),
      { ...SLOT, phase: 'in-doubt' },
      { ...SLOT, phase: 'on-order', standsSince },
      { ...SLOT, sensor: 'stale' },
      { ...SLOT, sensor: 'fault' },
      { ...SLOT, subscribed: false, warning: 'The raw value has not changed.' },
    ];
    const devices: readonly Partial<DeviceView>[] = [
      { clockTrusted: false },
      ...tokens.map((state) => ({ token: { state, expiresAtMs: null } })),
      { drs: { error: 'Not listed.' } },
      { store: { state: 'failed', error: 'disk full' } },
      { store: { state: 'quarantined', error: null } },
      { config: { error: 'line 3' } },
    ];
    const all = [
      ...slots.flatMap((view) => look({}, { black: view }, [0, 60]).alerts),
      ...devices.flatMap((change) => look(change, {}, [0, 60]).alerts),
      ...look({ outbox: { depth: 0, dropped: 1 } }, {}, [1], look({})).alerts,
    ];
    const documented = table(read('README.md'), 'Alert').flatMap(([names = '', severity]) =>
      codeIn(names).map((id) => `${id} ${severity}`),
    );
    const found = all.map(({ id, severity }) => `${id.replace('slots/black', 'slots/{slot}')} ${severity}`);
    expect(new Set(found)).toEqual(new Set(documented));
    expect(found.length).toBe(documented.length);
  });

  it('names the slot in what is to be typed', () => {
    const [alert] = look({}, { black: held('in-doubt') }).alerts;
    expect(alert?.text).toContain('replenish-agent resolve black placed|not-placed');
  });

  it('tells of a silent sensor after a quarter of an hour, with the moment at which it fell silent', () => {
    const silent = { black: { ...SLOT, sensor: 'stale' as const } };
    const early = look({}, silent, [0, 14]);
    expect(ids(early)).toEqual([]);
    expect(look({}, silent, [15], early).alerts).toMatchObject([
      { id: 'slots/black/sensor-stale', slot: 'black', sinceMs: WALL_MS },
    ]);
    const well = look({}, { black: SLOT }, [14], early);
    expect(ids(look({}, silent, [16], well))).toEqual([]);
  });

  it('goes by the time that has surely passed on order, and not by the clock on the wall', () => {
    const onOrder = (atLeastMs: number): SlotView => ({
      ...SLOT,
      phase: 'on-order',
      standsSince: { wallMs: 0, atLeastMs },
    });
    expect(ids(look({}, { black: onOrder(14 * DAY_MS - 1) }))).toEqual([]);
    expect(look({}, { black: onOrder(14 * DAY_MS) }).alerts).toMatchObject([{ sinceMs: 0 }]);
  });

  it('says nothing of a token that is only a moment late, and at once of one that is refused', () => {
    const token = (state: TokenState): Partial<DeviceView> => ({ token: { state, expiresAtMs: null } });
    expect(ids(look(token('missing'), {}, [0, 9]))).toEqual([]);
    expect(ids(look(token('missing'), {}, [0, 10]))).toEqual(['token-missing']);
    expect(ids(look(token('rejected')))).toEqual(['token-rejected']);
  });

  it('tells of reports that were lost for a day, and not of those of earlier years', () => {
    const dropped = (count: number): Partial<DeviceView> => ({ outbox: { depth: 0, dropped: count } });
    const old = look(dropped(7), {}, [0, 60]);
    expect(ids(old)).toEqual([]);
    const lost = look(dropped(8), {}, [61], old);
    expect(ids(lost)).toEqual(['outbox-dropping']);
    expect(ids(look(dropped(8), {}, [61 + 24 * 60], lost))).toEqual([]);
  });

  it('tells a missing subscription once, as the reason of the hold when there is one', () => {
    expect(ids(look({}, { black: { ...held('unsubscribed'), subscribed: false } }))).toEqual([
      'slots/black/held-unsubscribed',
    ]);
  });

  it('begins with the gravest and ends at its bound, however many slots are in trouble', () => {
    const slots = Object.fromEntries(
      Array.from({ length: 100 }, (_, index) => [`slot-${index}`, held(index < 90 ? 'budget' : 'auth')]),
    );
    const { alerts } = look({}, slots);
    expect(alerts).toHaveLength(ALERTS_MAX);
    expect(alerts.slice(0, 10).every(({ severity }) => severity === 'critical')).toBe(true);
  });

  it('is the same list as long as no alert comes, goes or changes its severity', () => {
    const first = look({ drs: { error: 'Not listed: black.' } });
    const second = look({ drs: { error: 'Not listed: black, cyan.' } }, {}, [1], first);
    expect(second.alerts).toBe(first.alerts);
    expect(look({}, {}, [2], second).alerts).toEqual([]);
  });
});

describe('the watch over alerts', () => {
  it('adds what is wrong with the connection of the sensor, and forgets a slot that is no more', () => {
    let nowMs = 0;
    const watch = createAlertWatch({ clock: { nowMs: () => nowMs }, connectionOf: () => 'scale' });
    const view: SlotView = { ...SLOT, sensor: 'stale' };
    watch.sawSlot('black', view);
    expect(watch.look()).toEqual([]);
    const scale = {
      driver: 'lines',
      state: 'failed' as const,
      lastReadingAtMs: null,
      error: 'There is no device /dev/ttyUSB0: is it plugged in?',
      badFrames: 0,
      emptyFrames: 0,
      reopens: 0,
    };
    const device = { ...DEVICE, hardware: { scale } };
    watch.sawDevice(device);
    watch.look();
    nowMs = 20 * MINUTE_MS;
    const alerts = watch.sawAll(device, new Map([['black', view]]));
    expect(alerts).toMatchObject([{ id: 'slots/black/sensor-stale' }]);
    expect(alerts[0]?.text).toMatch(/is it plugged in\?$/);
    watch.forgetSlot('black');
    expect(watch.look()).toEqual([]);
    expect(watch.current()).toEqual([]);
  });
});
