import type {
  LiveDevice,
  LiveFrame,
  SlotSeen,
  SlotStatus,
  StatusDocument,
} from '../../agent/local/service-view.ts';

/** A slot that is stocked and well, with what a test changes of it. */
export function slotSeen(change: Partial<SlotSeen> = {}): SlotSeen {
  return {
    phase: 'stocked',
    reason: null,
    why: 'Level 90 % is above the reorder threshold of 20 %.',
    level: 90,
    raw: 900,
    sensor: 'ok',
    isNoisy: false,
    isConfirmed: true,
    emptyAt: null,
    nextWakeAt: null,
    lastOrder: null,
    ...change,
  };
}

export const DEVICE: LiveDevice = {
  version: '0.1.0',
  startedAt: '2026-11-23T14:00:00.000Z',
  hardware: {},
  token: { state: 'valid' },
  store: { state: 'ok', error: null },
  config: { error: null },
  clockTrusted: true,
  sensors: {},
  outbox: { depth: 0, dropped: 0 },
  drs: { error: null },
};

export function frame(
  slots: Readonly<Record<string, SlotSeen>>,
  device: LiveDevice = DEVICE,
  broker: LiveFrame['broker'] = { connected: true, protocolVersion: 5, error: null },
): LiveFrame {
  const live = Object.entries(slots).map(([name, slot]) => [
    name,
    { ...slot, reorderAt: 20, rearmAt: 60, snoozedUntil: null },
  ]);
  return { device, broker, slots: Object.fromEntries(live) };
}

export function statusOf(
  slots: Readonly<Record<string, Partial<SlotStatus>>>,
  change: Partial<StatusDocument> = {},
): StatusDocument {
  return {
    service: 'running',
    stateDir: '/var/lib/replenish-agent',
    at: '2026-11-23T15:00:00.000Z',
    isHistoryLost: false,
    outbox: { depth: 0, dropped: 0 },
    waitingForAnswer: [],
    inDoubt: [],
    alerts: [],
    device: DEVICE,
    slots: Object.fromEntries(
      Object.entries(slots).map(([name, slot]) => [
        name,
        { slotId: name, openOrder: null, placedAt: [], ...slotSeen(), ...slot },
      ]),
    ),
    ...change,
  };
}
