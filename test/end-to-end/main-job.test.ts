import { execFileSync } from 'node:child_process';
import { cpSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, onTestFinished, test } from 'vitest';
import { standardFirmata } from '../board/firmware.ts';
import { startUno } from '../board/uno.ts';
import { CHECKOUT, runAgent } from '../support/agent-process.ts';
import { type Rig, startRig } from '../support/rig.ts';

/** Every character here has to be escaped, some of them twice if it is done wrong. */
const SLOT_ID = 'Küche 1/2 100%25 #?&+ 墨';
const SLOT_PATH = '/replenish/K%C3%BCche%201%2F2%20100%2525%20%23%3F%26%2B%20%E5%A2%A8';

/** Drains, orders, refills, and drains again. */
async function live(rig: Rig): Promise<void> {
  await rig.stock('black');
  rig.show('black', 50);
  await rig.linger('black', 25);
  rig.show('black', 15);
  await rig.untilPhase('black', 'on-order');
  await rig.linger('black', 14);
  expect(rig.sandbox.deliver(SLOT_ID)).toEqual({ done: true });
  await rig.stock('black', 98);
  await rig.linger('black', 97);
}

test('a slot that drains is ordered once, by the letter, and reported in every phase', async () => {
  const rig = await startRig({ slots: { black: { slotId: SLOT_ID } }, lineEveryMs: 40 });
  await live(rig);

  expect(rig.told.phases('black')).toEqual(['unknown', 'stocked', 'low', 'ordering', 'on-order', 'stocked']);
  expect(rig.posts()).toHaveLength(1);
  const [post] = rig.posts();
  expect(post).toMatchObject({ method: 'POST', url: SLOT_PATH, body: '', slotId: SLOT_ID, violations: [] });
  expect(headersOf(post?.rawHeaders ?? [])).toEqual({
    host: `127.0.0.1:${rig.sandbox.port}`,
    connection: 'keep-alive',
    Authorization: expect.stringMatching(/^Bearer Atza\|\S+$/),
    'x-amzn-type-version': 'com.amazon.dash.replenishment.DrsReplenishInput@1.0',
    'x-amzn-accept-type': 'com.amazon.dash.replenishment.DrsReplenishResult@1.0',
    'content-length': '0',
  });
  const [order] = rig.sandbox.orders;
  expect(rig.told.orderEvents('black')).toEqual([
    {
      orderId: expect.any(String),
      attempt: 1,
      slotId: SLOT_ID,
      outcome: 'placed',
      detailCode: 'STANDARD_ORDER_PLACED',
      eventInstanceId: order?.instanceId,
      httpStatus: 200,
      message: null,
      requestId: post?.answer?.headers['x-amzn-RequestId'],
      level: 15,
      at: expect.any(String),
    },
  ]);
});

test('the next depletion is ordered again, under another order id', async () => {
  const rig = await startRig();
  rig.show('black', 10);
  await rig.untilPhase('black', 'on-order');
  rig.sandbox.deliver('black');
  await rig.stock('black', 98);
  rig.show('black', 5);
  await rig.untilOutcomes('black', ['placed', 'placed']);
  await rig.linger('black', 4);

  expect(rig.posts()).toHaveLength(2);
  expect(rig.sandbox.purchases('black')).toBe(2);
  expect(new Set(rig.told.orderEvents('black').map((event) => event.orderId)).size).toBe(2);
  expect(rig.told.orderEvents('black').map((event) => event.attempt)).toEqual([1, 1]);
});

test('who comes late reads status, device and slots from retained messages', async () => {
  const rig = await startRig();
  await rig.stock('black');
  const { recordTopics } = await import('../support/topic-recorder.ts');
  const late = await recordTopics(rig.broker.url);
  onTestFinished(() => late.close());
  await late.until((messages) => messages.length >= 5);

  const held = new Map(late.messages.map(({ topic, payload }) => [topic, payload]));
  expect(held.get('replenish/rig/status')).toBe('online');
  expect(JSON.parse(held.get('replenish/rig/device') ?? '')).toMatchObject({
    hardware: { board0: { driver: 'lines', state: 'open', error: null } },
    token: { state: 'valid' },
    store: { state: 'ok' },
  });
  expect(JSON.parse(held.get('replenish/rig/slots/black') ?? '')).toMatchObject({
    phase: 'stocked',
    level: 90,
  });
  expect(held.get('replenish/rig/alerts')).toBe('[]');
});

test('the one-file program does the main job in a folder of its own, without node_modules', async () => {
  execFileSync(process.execPath, ['config/packaging/build.ts'], { cwd: CHECKOUT });
  const folder = mkdtempSync(join(tmpdir(), 'shipped-'));
  onTestFinished(() => rmSync(folder, { recursive: true, force: true }));
  cpSync(join(CHECKOUT, 'dist'), folder, { recursive: true });
  const program = join(folder, 'replenish-agent.mjs');
  const rig = await startRig({ slots: { black: { slotId: SLOT_ID } }, lineEveryMs: 40, program });
  await live(rig);

  expect(rig.posts()).toMatchObject([{ url: SLOT_PATH }]);
  expect(rig.told.outcomes('black')).toEqual(['placed']);
  expect(await runAgent({ program, words: ['--version'], cwd: folder })).toMatchObject({
    code: 0,
    stderr: '',
  });

  // GPIO's native part is loaded for this alone.
  const gpio = { driver: 'gpio', chip: 'gpiochip987', channels: { tank: { line: 17 } } };
  rig.writeConfig({ hardware: { floats: gpio } });
  rig.agent.signal('SIGHUP');
  await rig.until('the missing chip is told', () =>
    (rig.told.device()?.hardware['floats']?.error ?? '').startsWith('There is no GPIO chip gpiochip987'),
  );

  // So is Johnny-Five.
  const uno = await startUno({ flash: standardFirmata(), link: join(folder, 'uno') });
  onTestFinished(() => uno.close());
  const channels = { probe: { kind: 'analog', pin: 'A0' } };
  rig.writeConfig({ hardware: { uno: { driver: 'firmata', port: uno.path, channels } } });
  rig.agent.signal('SIGHUP');
  await rig.until('a real StandardFirmata is read', () => {
    return typeof rig.told.device()?.hardware['uno']?.lastReadingAt === 'string';
  });
});

function headersOf(raw: readonly string[]): Record<string, string> {
  const headers: Record<string, string> = {};
  for (let index = 0; index < raw.length; index += 2) headers[raw[index] ?? ''] = raw[index + 1] ?? '';
  return headers;
}
