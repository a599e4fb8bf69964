/** Largest payload that is handed on: 64 KiB, far above any DRS notification. */
export const MAX_INBOUND_PAYLOAD_BYTES = 64 * 1024;

/**
 * Largest packet that is read at all. Above it the connection is dropped, because MQTT 3.1.1 has no other way to
 * bound memory: a packet may claim 256 MiB. Between the two limits a message is read, acknowledged and dropped.
 */
const MAX_PACKET_BYTES = 4 * MAX_INBOUND_PAYLOAD_BYTES;

/** A day's backlog may arrive in one go; after that ten a second are more than anybody needs to send. */
const BURST = 500;
const PER_SECOND = 10;

/**
 * Follows the framing of a byte stream and tells when a packet claims to be too big, before its body has come.
 * @returns whether the stream may go on. Once false, it stays false.
 */
export function createPacketSizeGuard(): (chunk: Uint8Array) => boolean {
  let bodyBytesLeft = 0;
  /** Bytes of the length field seen; null before a packet's first byte. */
  let lengthDigits: number | null = null;
  let length = 0;
  let sound = true;
  return (chunk) => {
    let offset = 0;
    while (sound && offset < chunk.length) {
      if (bodyBytesLeft > 0) {
        const skipped = Math.min(bodyBytesLeft, chunk.length - offset);
        bodyBytesLeft -= skipped;
        offset += skipped;
        continue;
      }
      const byte = chunk[offset] ?? 0;
      offset += 1;
      if (lengthDigits === null) {
        lengthDigits = 0;
        length = 0;
        continue;
      }
      length += (byte & 0x7f) * 128 ** lengthDigits;
      lengthDigits += 1;
      sound = length <= MAX_PACKET_BYTES && lengthDigits <= 4;
      if (byte < 0x80) {
        bodyBytesLeft = length;
        lengthDigits = null;
      }
    }
    return sound;
  };
}

export type InboundLimit = {
  /** Whether a message may be handed on now; counts it as dropped when not. */
  admits(topic: string, payloadBytes: number, nowMs: number): boolean;
  dropped(): number;
};

/**
 * Lets messages pass on the topics that were subscribed to, up to 64 KiB each, ten a second on average on each: a flood
 * of commands keeps no token away.
 * @param subscribed exact topics, no wildcards.
 */
export function createInboundLimit(subscribed: readonly string[]): InboundLimit {
  const accounts = new Map(subscribed.map((topic) => [topic, { credit: BURST, atMs: 0 }]));
  let dropped = 0;
  return {
    admits(topic, payloadBytes, nowMs) {
      const account = accounts.get(topic);
      if (account !== undefined && spend(account, nowMs) && payloadBytes <= MAX_INBOUND_PAYLOAD_BYTES)
        return true;
      dropped += 1;
      return false;
    },
    dropped: () => dropped,
  };
}

function spend(account: { credit: number; atMs: number }, nowMs: number): boolean {
  account.credit = Math.min(BURST, account.credit + ((nowMs - account.atMs) / 1000) * PER_SECOND);
  account.atMs = nowMs;
  if (account.credit < 1) return false;
  account.credit -= 1;
  return true;
}
