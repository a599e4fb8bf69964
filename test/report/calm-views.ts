import type { DeviceView } from '../../agent/report/device-payload.ts';
import type { SlotView } from '../../agent/report/payload.ts';

export const WALL_MS = Date.UTC(2026, 10, 23);

/** A slot with which all is well. */
export const SLOT: SlotView = {
  phase: 'stocked',
  reason: null,
  level: 74,
  raw: 740,
  sensor: 'ok',
  emptyAtMs: null,
  subscribed: true,
  lastOrder: null,
  snoozedUntilMs: null,
  why: 'Level 74 % is above the reorder threshold of 20 %.',
  warning: null,
  isNoisy: false,
  isConfirmed: true,
  nextWakeAtMs: null,
  standsSince: null,
  atMs: WALL_MS,
};

/** A device with which all is well. */
export const DEVICE: DeviceView = {
  version: '1.2.3',
  startedAtMs: WALL_MS,
  clockTrusted: true,
  hardware: {},
  sensors: {},
  token: { state: 'valid', expiresAtMs: null },
  outbox: { depth: 0, dropped: 0 },
  drs: { error: null },
  store: { state: 'ok', error: null },
  config: { error: null },
  atMs: WALL_MS,
};
