import fc from 'fast-check';
import { expect, test } from 'vitest';
import { createInboundLimit, createPacketSizeGuard } from '../../agent/report/inbound-limit.ts';

/** A PUBLISH at QoS 1 on topic `a`. */
function publish(payloadBytes: number): Buffer {
  const head = Buffer.of(0, 1, 0x61, 0, 7);
  const lengthDigits: number[] = [];
  for (let left = head.length + payloadBytes; left > 0; left = Math.floor(left / 128)) {
    lengthDigits.push((left % 128) + (left >= 128 ? 0x80 : 0));
  }
  return Buffer.concat([Buffer.of(0x32, ...lengthDigits), head, Buffer.alloc(payloadBytes, 0xff)]);
}

const PING_RESPONSE = Buffer.of(0xd0, 0);

test('packets within the limit pass, however the bytes are cut', () => {
  const sizes = fc.array(fc.oneof(fc.nat(300), fc.nat(200_000)), { minLength: 1, maxLength: 4 });
  fc.assert(
    fc.property(sizes, fc.array(fc.integer({ min: 1, max: 70_000 }), { minLength: 1 }), (payloads, cuts) => {
      const bytes = Buffer.concat([...payloads.map(publish), PING_RESPONSE, publish(3)]);
      const guard = createPacketSizeGuard();
      let offset = 0;
      for (let turn = 0; offset < bytes.length; turn += 1) {
        const end = offset + (cuts[turn % cuts.length] ?? 1);
        expect(guard(bytes.subarray(offset, end))).toBe(true);
        offset = end;
      }
    }),
    { numRuns: 30 },
  );
});

test('a packet that claims too much is found by its head, also behind others and byte by byte', () => {
  const bytes = Buffer.concat([publish(10), publish(300_000).subarray(0, 6)]);
  const guard = createPacketSizeGuard();
  const verdicts = [...bytes].map((byte) => guard(Uint8Array.of(byte)));
  expect(verdicts[publish(10).length]).toBe(true);
  expect(verdicts.at(-1)).toBe(false);
  expect(createPacketSizeGuard()(bytes)).toBe(false);
});

test('a length that never ends is found', () => {
  expect(createPacketSizeGuard()(Uint8Array.of(0x30, 0x80, 0x80, 0x80, 0x80, 0x80))).toBe(false);
});

test('messages on other topics and above 64 KiB are dropped and counted', () => {
  const limit = createInboundLimit(['a/token']);
  expect(limit.admits('a/token', 65_536, 0)).toBe(true);
  expect(limit.admits('a/token', 65_537, 0)).toBe(false);
  expect(limit.admits('a/tokens', 1, 0)).toBe(false);
  expect(limit.dropped()).toBe(2);
});

test('a flood on one topic keeps nothing away from another', () => {
  const limit = createInboundLimit(['a/command', 'a/token']);
  for (let i = 0; i < 1000; i++) limit.admits('a/command', 1, 0);
  expect(limit.admits('a/command', 1, 0)).toBe(false);
  expect(limit.admits('a/token', 1, 0)).toBe(true);
});

test('a flood is cut to ten a second after a burst of five hundred', () => {
  const limit = createInboundLimit(['t']);
  const admitted = (nowMs: number): number =>
    Array.from({ length: 1000 }, () => limit.admits('t', 1, nowMs)).filter(Boolean).length;
  expect(admitted(5_000)).toBe(500);
  expect(admitted(6_000)).toBe(10);
  expect(admitted(3_600_000)).toBe(500);
});
