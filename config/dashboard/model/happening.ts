import type { Change } from './fleet.ts';
import { levelText, phaseText } from './words.ts';

/** One line of the event log. */
export type Happening = {
  readonly device: string;
  readonly text: string;
  readonly tone: 'event' | 'good' | 'warn';
};

const GOOD_OUTCOMES: readonly string[] = ['placed', 'in-progress'];

/** What there is to tell of a change: standings, not levels, and nothing of what was so when the page came. Pure. */
export function happeningOf(change: Change): Happening | null {
  switch (change.kind) {
    case 'status': {
      const { device, before } = change;
      if (before === null || before === device.isOnline) return null;
      return device.isOnline === true
        ? { device: device.id, text: 'is online', tone: 'good' }
        : { device: device.id, text: 'is offline', tone: 'warn' };
    }
    case 'slot': {
      const { device, slot, before, now } = change;
      if (before === null) return null;
      if (before.phase !== now.phase || before.reason !== now.reason) {
        const isGood = now.phase === 'stocked' || now.phase === 'on-order';
        const isBad = now.phase === 'held' || now.phase === 'in-doubt' || now.phase === 'unknown';
        const text = `${slot} ${phaseText(now.phase, now.reason)} (level ${levelText(now.level)})`;
        return { device: device.id, text, tone: isGood ? 'good' : isBad ? 'warn' : 'event' };
      }
      if (before.sensor === now.sensor) return null;
      return {
        device: device.id,
        text: `${slot} sensor ${now.sensor}`,
        tone: now.sensor === 'ok' ? 'good' : 'warn',
      };
    }
    case 'order': {
      const { device, slot, order } = change;
      const code = order.detailCode ?? order.message ?? 'no detailCode';
      return {
        device: device.id,
        text: `${slot} order ${order.outcome}: ${code} (attempt ${order.attempt})`,
        tone: GOOD_OUTCOMES.includes(order.outcome) ? 'good' : 'warn',
      };
    }
    case 'device': {
      const { device, before } = change;
      if (before === null || device.report === null) return null;
      const state = device.report.token.state;
      if (before.token.state === state) return null;
      return { device: device.id, text: `token ${state}`, tone: state === 'valid' ? 'good' : 'warn' };
    }
    case 'alerts': {
      const { device, before } = change;
      if (before === null) return null;
      const fresh = (device.alerts ?? []).find(({ id }) => before.every((old) => old.id !== id));
      if (fresh !== undefined) return { device: device.id, text: `alert: ${fresh.text}`, tone: 'warn' };
      const over = before.find(({ id }) => device.alerts?.every((alert) => alert.id !== id) === true);
      return over === undefined ? null : { device: device.id, text: `alert over: ${over.id}`, tone: 'good' };
    }
    case 'gone':
      return {
        device: change.device,
        text: change.slot === null ? 'was removed from the broker' : `${change.slot} was removed`,
        tone: 'event',
      };
    case 'ignored':
      return null;
  }
}
