/** What comes with an incoming message beside topic and payload. */
export type Envelope = {
  /** The broker kept it from before; on MQTT 5 also that it was published to be kept. */
  readonly retain: boolean;
  /** Where the sender waits for an answer (MQTT 5); null when nowhere. */
  readonly responseTopic: string | null;
  /** What the sender knows its question by (MQTT 5). */
  readonly correlationData: Uint8Array | null;
};

/** The envelope of a packet as the library reads it. */
export function envelopeOf(packet: {
  readonly retain: boolean;
  readonly properties?: { readonly responseTopic?: string; readonly correlationData?: Uint8Array };
}): Envelope {
  const { responseTopic, correlationData } = packet.properties ?? {};
  return {
    retain: packet.retain,
    responseTopic: responseTopic ?? null,
    correlationData: correlationData ?? null,
  };
}
