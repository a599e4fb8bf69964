import { connectAsync } from 'mqtt';

/** The maker's cloud: it answers requests for a token, and sees all that the device publishes. */
export type Cloud = { close(): Promise<void> };

export type CloudOptions = {
  readonly brokerUrl: string;
  /** `{prefix}/{deviceId}`, without a slash at the end. */
  readonly base: string;
  readonly issueToken: () => string;
  /** Lifetime of the tokens, seconds. */
  readonly expiresInS: number;
  /** Every message under `base`, the cloud's own among them. */
  readonly onMessage: (topic: string, payload: string) => void;
};

/** DOOR mqtt. Resolves when the subscription stands, so that no message of an agent started later is missed. */
export async function startCloud(options: CloudOptions): Promise<Cloud> {
  const { brokerUrl, base, issueToken, expiresInS, onMessage } = options;
  const client = await connectAsync(brokerUrl, {
    protocolVersion: 4,
    clientId: 'workbench-cloud',
    reconnectPeriod: 200,
  });
  client.on('error', () => {
    // The broker lives in this process: it is gone only when everything ends.
  });
  client.on('message', (topic, payload) => {
    onMessage(topic, payload.toString());
    if (topic !== `${base}/token/request`) return;
    const token = JSON.stringify({ accessToken: issueToken(), expiresIn: expiresInS });
    client.publish(`${base}/token`, token, { qos: 1 });
  });
  await client.subscribeAsync(`${base}/#`, { qos: 1 });
  return { close: () => client.endAsync(true) };
}
