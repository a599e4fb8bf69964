import type { Device } from './fleet.ts';
import type { DeviceReport, SlotReport } from './wire.ts';

/** What an operator filters by. */
export type Concern = 'held' | 'in-doubt' | 'sensor' | 'offline' | 'warning' | 'low';

/** The gravest first. */
export const CONCERNS: readonly Concern[] = ['in-doubt', 'held', 'sensor', 'offline', 'warning', 'low'];

/** What there is to look at in a slot. Pure. */
export function slotConcerns(report: SlotReport): readonly Concern[] {
  const concerns: Concern[] = [];
  if (report.phase === 'in-doubt' || report.reason === 'in-doubt') concerns.push('in-doubt');
  if (report.phase === 'held') concerns.push('held');
  if (report.sensor !== 'ok') concerns.push('sensor');
  if ((report.warning ?? null) !== null) concerns.push('warning');
  if (report.phase === 'low' || report.phase === 'ordering') concerns.push('low');
  return concerns;
}

/** What there is to look at in a device, its slots among it. Pure. */
export function deviceConcerns(device: Device): ReadonlySet<Concern> {
  const concerns = new Set<Concern>();
  for (const { report } of device.slots.values())
    if (report !== null) for (const concern of slotConcerns(report)) concerns.add(concern);
  if (device.isOnline === false) concerns.add('offline');
  if (deviceTroubles(device).length > 0) concerns.add('warning');
  return concerns;
}

const TOKEN_TROUBLES: Readonly<Record<string, string>> = {
  missing:
    'There is no access token. The cloud has to send one on the topic token, or its file has to be put in place.',
  expired: 'The access token has expired and no new one has come. Orders wait until one does.',
  rejected: 'Amazon refused the access token and no newer one has come. Orders wait until one does.',
  revoked: 'Login with Amazon accepts the refresh token no more: register the device again.',
  misconfigured: 'Login with Amazon does not accept the client: see the log of the agent.',
};

/** What is wrong with the device as a whole, in sentences; slots speak for themselves. Pure. */
export function deviceTroubles({ report, alerts }: Device): readonly string[] {
  const told = (alerts ?? []).filter(({ slot, severity }) => (slot ?? null) === null && severity !== 'info');
  const sentences = [
    ...told.map(({ text }) => text),
    ...(report === null ? [] : troublesIn(report, alerts !== null)),
  ];
  return [...new Set(sentences)];
}

/** @param hasAlerts the agent says itself what lasts and is grave. */
function troublesIn(report: DeviceReport, hasAlerts: boolean): readonly string[] {
  const troubles = Object.entries(report.hardware).flatMap(([name, { state, error }]) =>
    error === null ? (state === 'failed' ? [`${name}: the connection failed.`] : []) : [`${name}: ${error}`],
  );
  const { depth, dropped } = report.outbox;
  if (depth > 0) troubles.push(`${depth} order reports wait for the broker.`);
  if (hasAlerts) return troubles;
  const token = Object.hasOwn(TOKEN_TROUBLES, report.token.state) ? TOKEN_TROUBLES[report.token.state] : null;
  if (token !== null && token !== undefined) troubles.push(token);
  if (!report.clockTrusted)
    troubles.push(
      'Its clock can not be trusted: times in these reports may be wrong. Check its time service.',
    );
  if (dropped > 0)
    troubles.push(`${dropped} order reports were lost: the outbox was full while the broker was away.`);
  for (const part of [report.drs, report.store, report.config])
    if (part !== undefined && part.error !== null) troubles.push(part.error);
  return troubles;
}

const HELD_ADVICE: Readonly<Record<string, string>> = {
  auth: 'Provide a new access token. The order is then sent by itself.',
  unsubscribed:
    'Ask the customer to choose a product for this slot at Amazon. The order is then sent by itself.',
  'unknown-slot': 'Correct slotId in the configuration and reload the agent: Amazon does not know it.',
  'cancelled-once': 'Nothing. The customer cancelled; the next order is possible 5 days later.',
  'cancelled-twice': 'Refill the slot to the top. The customer cancelled twice.',
  budget: 'Nothing, or raise maxOrders. The order is sent when its window has room again.',
  'in-doubt':
    'See at Amazon whether the order exists. Then type on the device: replenish-agent resolve SLOT placed, or not-placed. A refill settles it too.',
  'state-lost':
    'Refill the slot, or type on the device: replenish-agent resolve SLOT placed, or not-placed, as Amazon has it.',
  'dry-run': 'Take dryRun out of the configuration when orders shall be sent.',
};

/** What a person can do about a slot; null when there is nothing to do. Pure. */
export function adviceFor(slot: string, report: SlotReport): string | null {
  if (report.phase === 'held') {
    const advice = Object.hasOwn(HELD_ADVICE, report.reason ?? '') ? HELD_ADVICE[report.reason ?? ''] : null;
    return advice?.replace('SLOT', slot) ?? null;
  }
  if (report.phase === 'in-doubt')
    return 'Wait. The request is repeated, and Amazon places no second order for it; a relayed notification settles it too.';
  if (report.sensor === 'stale')
    return 'Look at the sensor and its cable: it has sent nothing for too long. Nothing is ordered meanwhile.';
  if (report.sensor === 'fault')
    return 'Look at the sensor: what it sends can not be believed. Nothing is ordered meanwhile.';
  return null;
}
