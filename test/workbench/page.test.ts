import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { connectAsync } from 'mqtt';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { WebSocket } from 'ws';
import { type Broker, startBroker } from './broker.ts';
import type { Deed } from './deed.ts';
import type { Hands } from './hands.ts';
import { type BenchPage, startBenchPage } from './page.ts';

const folder = mkdtempSync(join(tmpdir(), 'bench-page-'));
const deeds: Deed[] = [];
const state = { isPlugged: true, isNetworkUp: true, speed: 1, isAgentAlive: true, slots: [] };
const hands: Hands = {
  press: () => undefined,
  startAgent: () => undefined,
  rest: () => undefined,
  act: (deed) => deeds.push(deed),
  state: () => state,
};
let broker: Broker;
let page: BenchPage;

beforeAll(async () => {
  broker = await startBroker();
  page = await startBenchPage(folder, broker, hands);
});

afterAll(async () => {
  await page.close();
  await broker.close();
  rmSync(folder, { recursive: true, force: true });
});

const origin = (): string => new URL(page.url).origin;
const token = (): string => new URLSearchParams(new URL(page.url).hash.slice(1)).get('controls') ?? '';
const post = (path: string, body: string, headers: Readonly<Record<string, string>> = {}) =>
  fetch(`${origin()}/controls/${path}`, { method: 'POST', body, headers });

describe('the controls of the workbench', () => {
  test('do what the page asks for, and tell how things stand', async () => {
    deeds.length = 0;
    const answer = await post(token(), '{"does":"drain","slot":"beans"}', { origin: origin() });
    expect([answer.status, await answer.json()]).toEqual([200, state]);
    await post(token(), '{"does":"network"}', { origin: origin() });
    expect(deeds).toEqual([{ does: 'drain', slot: 'beans' }, { does: 'network' }]);
    expect((await fetch(`${origin()}/controls/${token()}`)).status).toBe(200);
  });

  test('refuse another token, another site, and another name for this machine', async () => {
    deeds.length = 0;
    const body = '{"does":"kill"}';
    expect((await post('x'.repeat(32), body)).status).toBe(403);
    expect((await post('', body)).status).toBe(403);
    expect((await post(token(), body, { origin: 'https://evil.example' })).status).toBe(403);
    expect((await post(token(), body, { origin: 'null' })).status).toBe(403);
    expect(deeds).toEqual([]);
  });

  test.each(['', '{}', '{"does":"format"}', '{"does":"drain","slot":"../x"}', '{"does":"drain"}', '[1'])(
    'do nothing for %j',
    async (body) => {
      deeds.length = 0;
      expect((await post(token(), body)).status).toBe(400);
      expect(deeds).toEqual([]);
    },
  );
});

describe('the broker of the workbench, by WebSocket', () => {
  test('lets the page read, and publish nothing', async () => {
    const device = await connectAsync(broker.url, { protocolVersion: 4 });
    const reader = await connectAsync(`${origin().replace('http', 'ws')}/mqtt`, {
      protocolVersion: 4,
      reconnectPeriod: 0,
      wsOptions: { origin: origin() },
    });
    const heard: string[] = [];
    const both = Promise.withResolvers<void>();
    for (const client of [device, reader])
      client.on('message', (topic) => {
        heard.push(`${client === device ? 'device' : 'reader'} ${topic}`);
        if (topic === 'last') both.resolve();
      });
    await Promise.all([device.subscribeAsync('#'), reader.subscribeAsync('#')]);
    const closed = new Promise<void>((resolve) => reader.once('close', () => resolve()));
    await device.publishAsync('first', 'x', { qos: 1 });
    reader.publish('forged', 'x', { qos: 0 });
    await closed;
    await device.publishAsync('last', 'x', { qos: 1 });
    await both.promise;
    expect(heard.filter((line) => line.includes('forged'))).toEqual([]);
    expect(heard).toContain('reader first');
    await device.endAsync(true);
  });

  test('is closed to pages of other sites', async () => {
    const socket = new WebSocket(`${origin().replace('http', 'ws')}/mqtt`, 'mqtt', {
      origin: 'https://evil.example',
    });
    const end = await new Promise<string>((resolve) => {
      socket.on('open', () => resolve('open'));
      socket.on('error', () => resolve('refused'));
    });
    expect(end).toBe('refused');
  });
});
