import { connectAsync } from 'mqtt';

/** A device as the page shall see it; what is left out is as on a device that is well. */
export type SampleDevice = {
  readonly id: string;
  readonly status?: 'online' | 'offline';
  readonly device?: Readonly<Record<string, unknown>>;
  readonly slots: Readonly<Record<string, Readonly<Record<string, unknown>>>>;
};

export type Publisher = {
  publish(devices: readonly SampleDevice[]): Promise<void>;
  send(topic: string, payload: string | Buffer, retain?: boolean): Promise<void>;
  close(): Promise<void>;
};

const AT = '2026-11-23T12:00:00.000Z';

/** Publishes retained reports as agents do. @param prefix where the topics of the devices begin. */
export async function openPublisher(brokerUrl: string, prefix = 'replenish'): Promise<Publisher> {
  const client = await connectAsync(brokerUrl, { protocolVersion: 4, reconnectPeriod: 100 });
  client.on('error', () => undefined);
  const send = async (topic: string, payload: string | Buffer, retain = true): Promise<void> => {
    await client.publishAsync(`${prefix}/${topic}`, payload, { qos: 1, retain });
  };
  return {
    send,
    close: () => client.endAsync(true),
    async publish(devices) {
      const messages = devices.flatMap(({ id, status = 'online', device, slots }): [string, string][] => [
        ...Object.entries(slots).map(([name, slot]): [string, string] => [
          `${id}/slots/${name}`,
          JSON.stringify({ ...SLOT, ...slot }),
        ]),
        [`${id}/device`, JSON.stringify({ ...DEVICE, ...device })],
        [`${id}/status`, status],
      ]);
      // Only the last one asks for an answer: it comes when the broker has all that was before it.
      const last = messages.pop();
      for (const [topic, payload] of messages)
        client.publish(`${prefix}/${topic}`, payload, { qos: 0, retain: true });
      if (last !== undefined) await send(...last);
    },
  };
}

export const SLOT = {
  phase: 'stocked',
  reason: null,
  level: 74,
  raw: 682,
  sensor: 'ok',
  emptyAt: null,
  lastOrder: null,
  snoozedUntil: null,
  subscribed: true,
  why: 'Level 74 % is above the reorder threshold of 20 %.',
  warning: null,
  at: AT,
};

export const DEVICE = {
  version: '0.1.0',
  startedAt: '2026-11-20T08:00:00.000Z',
  clockTrusted: true,
  hardware: {
    board: { driver: 'lines', state: 'open', lastReadingAt: AT, error: null, badFrames: 0, reopens: 0 },
  },
  sensors: {},
  token: { state: 'valid', expiresAt: '2026-11-23T13:00:00.000Z' },
  outbox: { depth: 0, dropped: 0 },
  drs: { error: null },
  store: { state: 'ok', error: null },
  config: { error: null },
  at: AT,
};

/** A fleet of any size, the same each time: every 50th is held, every 100th in doubt, every 25th offline. */
export function sampleFleet(size: number): readonly SampleDevice[] {
  return Array.from({ length: size }, (_, index) => {
    const number = String(index + 1).padStart(5, '0');
    const percent = 15 + ((index * 37) % 85);
    return {
      id: `machine-${number}`,
      status: index % 25 === 7 ? 'offline' : 'online',
      slots: { beans: beansOf(index, percent), milk: { level: 100 - percent, raw: 1 } },
    };
  });
}

function beansOf(index: number, percent: number): Readonly<Record<string, unknown>> {
  if (index % 100 === 99) return { phase: 'in-doubt', level: 8, why: 'The last request went unanswered.' };
  if (index % 50 === 49)
    return { phase: 'held', reason: 'auth', level: 9, why: 'No access token that DRS accepts.' };
  return { level: percent };
}
