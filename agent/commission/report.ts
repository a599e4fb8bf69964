import type { LiveSlot } from '../local/service-view.ts';

/** What the sensor said when something was believed. */
export type Sighting = {
  /** ISO 8601, UTC. */
  readonly at: string;
  /** In the sensor's own unit. */
  readonly raw: number | null;
  /** Percent. */
  readonly level: number | null;
};

/** The slot as it is set up. */
export type Subject = {
  readonly device: string;
  readonly slot: string;
  readonly slotId: string;
  readonly sensor: { readonly from: string; readonly channel: string | null };
  readonly calibration: readonly (readonly [raw: number, percent: number])[];
};

export type OrderSeen = NonNullable<LiveSlot['lastOrder']>;

/** What was seen of a slot from full to empty to full. */
export type Findings = {
  readonly low: Sighting | null;
  readonly order: OrderSeen | null;
  readonly cancelledAt: string | null;
  readonly refilled: Sighting | null;
  /** Why it did not pass; null when it did. */
  readonly failure: string | null;
};

/** What a technician attaches to the job; the shape of `commission --json`. */
export type CommissionReport = Subject &
  Findings & {
    readonly isPassed: boolean;
    readonly version: string;
    readonly startedAt: string;
    readonly endedAt: string;
    /** Who was there; null when nobody said so. */
    readonly by: string | null;
  };

/** The report for people. PURE. */
export function reportText(report: CommissionReport): string {
  const { device, slot, isPassed, sensor, calibration, low, order, cancelledAt, refilled } = report;
  const channel = sensor.channel === null ? '' : `, channel ${sensor.channel}`;
  const row = (name: string, words: string): string => `  ${name.padEnd(14)}${plain(words)}`;
  const instance = order?.eventInstanceId ?? null;
  return [
    `Commissioning of ${plain(device)}, slot ${plain(slot)}: ${isPassed ? 'PASSED' : 'NOT PASSED'}`,
    row('DRS slot id', report.slotId),
    row('sensor', `${sensor.from}${channel}`),
    row('calibration', calibration.map(([raw, percent]) => `${raw} = ${percent} %`).join(', ')),
    row('low', sightingWords(low)),
    row('order', order === null ? 'none' : `${order.detailCode ?? order.outcome} ${order.at}`),
    ...(order === null ? [] : [row('order id', order.orderId)]),
    ...(instance === null ? [] : [row("Amazon's id", instance)]),
    row('cancelled', cancelledAt ?? 'no'),
    row('refilled', sightingWords(refilled)),
    row('agent', report.version),
    row('signed', `${report.by ?? 'nobody'}, ${report.endedAt}`),
    ...(report.failure === null ? [] : ['', plain(report.failure)]),
    '',
  ].join('\n');
}

function sightingWords(seen: Sighting | null): string {
  if (seen === null) return 'not seen';
  return `${seen.at} at ${seen.level ?? '?'} %, raw ${seen.raw ?? '-'}`;
}

/** Names from outside must not move the cursor. */
function plain(text: string): string {
  return text.replace(/\p{Cc}/gu, ' ');
}
