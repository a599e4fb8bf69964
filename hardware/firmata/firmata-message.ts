/** The kinds of message that the agent acts on. */
export type MessageKind = 'version' | 'firmware' | 'capabilities' | 'analog-mapping' | 'value' | 'other';

const REPORT_VERSION = 0xf9;
const START_SYSEX = 0xf0;
const END_SYSEX = 0xf7;
const REPORT_FIRMWARE = 0x79;
const CAPABILITY_QUERY = 0x6b;
const CAPABILITY_RESPONSE = 0x6c;
const ANALOG_MAPPING_QUERY = 0x69;
const ANALOG_MAPPING_RESPONSE = 0x6a;
const PING_READ = 0x75;
const PIN_ENDS = 0x7f;
/** By the protocol, a port has 8 pins and there are 16 of them. */
const PINS_MAX = 128;
/** Command, 7 bits twice, the duration in eight bytes, end. */
const PING_REPLY_BYTES = 13;

/** What is asked of a firmware, in this order: who it is, what its pins can do, which of them are analog. */
export const QUESTIONS = {
  firmware: Buffer.from([REPORT_VERSION, START_SYSEX, REPORT_FIRMWARE, END_SYSEX]),
  capabilities: Buffer.from([START_SYSEX, CAPABILITY_QUERY, END_SYSEX]),
  'analog-mapping': Buffer.from([START_SYSEX, ANALOG_MAPPING_QUERY, END_SYSEX]),
} as const;

/**
 * PURE. What a framed message is. Those that are of a shape which the protocol does not allow, or which nobody asked
 * for, are `other`: they must not reach the library, whose reader believes every length.
 */
export function kindOf(message: Uint8Array): MessageKind {
  const [command = 0, sysex = 0] = message;
  if (command === REPORT_VERSION) return 'version';
  if (command !== START_SYSEX) return 'value';
  switch (sysex) {
    case REPORT_FIRMWARE:
      return message.length >= 5 ? 'firmware' : 'other';
    case CAPABILITY_RESPONSE: {
      const pins = pinCount(message);
      return pins > 0 && pins <= PINS_MAX ? 'capabilities' : 'other';
    }
    case ANALOG_MAPPING_RESPONSE:
      return 'analog-mapping';
    case PING_READ:
      return message.length === PING_REPLY_BYTES ? 'value' : 'other';
    default:
      return 'other';
  }
}

/** PURE. How many pins a message of kind `capabilities` describes. */
export function pinCount(capabilities: Uint8Array): number {
  return capabilities.filter((byte) => byte === PIN_ENDS).length;
}

/** PURE. Whether an analog mapping belongs to these capabilities: a byte for each pin, between command and end. */
export function fits(mapping: Uint8Array, capabilities: Uint8Array): boolean {
  return mapping.length === pinCount(capabilities) + 3;
}
