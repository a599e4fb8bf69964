import type { Config, SlotConfig } from './config.ts';
import { isTls } from './schema/url.ts';
import { findSensorDoubts } from './sensor-doubts.ts';
import { findUnwise } from './unwise.ts';

/** What is allowed but hardly meant. */
export type Doubt = { readonly path: readonly string[]; readonly message: string };

/** PURE. What a careful colleague would ask about a configuration without mistakes. */
export function findDoubts(config: Config): readonly Doubt[] {
  const doubts: Doubt[] = [];
  const { mqtt, hardware, slots } = config;
  for (const key of ['caFile', 'certFile', 'keyFile'] as const) {
    if (mqtt[key] === null || isTls(mqtt.url)) continue;
    doubts.push({ path: ['mqtt', key], message: 'is used only when url begins with mqtts:// or wss://' });
  }
  const { url, caFile } = config.replenish;
  if (caFile !== null && url !== null && !isTls(url)) {
    doubts.push({ path: ['replenish', 'caFile'], message: 'is used only when url begins with https://' });
  }
  const { token, registration } = config.replenish;
  if (token.source === 'lwa' && token.caFile !== null && !isTls(token.url)) {
    doubts.push({
      path: ['replenish', 'token', 'caFile'],
      message: 'is used only when url begins with https://',
    });
  }
  if (registration !== null && token.source !== 'lwa') {
    doubts.push({ path: ['replenish', 'registration'], message: 'is used only when token.source is lwa' });
  }
  if (mqtt.passwordFile !== null && mqtt.username === null) {
    const message = 'a password without a user name reaches only brokers with MQTT 5: add username';
    doubts.push({ path: ['mqtt', 'passwordFile'], message });
  }
  const used = new Set(Object.values(slots).map((slot) => slot.sensor.from));
  for (const name of Object.keys(hardware)) {
    if (used.has(name)) continue;
    doubts.push({
      path: ['hardware', name],
      message: 'no slot reads this hardware: take it out, or name it in a slot as sensor.from',
    });
  }
  for (const [name, slot] of Object.entries(slots)) {
    const raw = unbelievableEnd(slot);
    if (raw === null) continue;
    const message = `the raw value ${raw} is one that "valid" never believes: the level there would be unknown`;
    doubts.push({ path: ['slots', name, 'calibration'], message });
  }
  return [...doubts, ...findSensorDoubts(config), ...findUnwise(config)];
}

function unbelievableEnd({ calibration, valid, sentinels }: SlotConfig): number | null {
  const raws = calibration.points.map(([raw]) => raw);
  const isOut = (raw: number) =>
    raw < (valid.min ?? Number.NEGATIVE_INFINITY) ||
    raw > (valid.max ?? Number.POSITIVE_INFINITY) ||
    sentinels.includes(raw);
  return raws.find(isOut) ?? null;
}
