import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import type { SandboxOptions } from '../sandbox/sandbox-options.ts';
import { CLOUD_CLIENT, DEVICE_CLIENT } from '../sandbox/sandbox-options.ts';
import { makeCertificate } from '../support/certificate.ts';
import { type Rig, type RigOptions, startRig } from '../support/rig.ts';
import { merge, type Settings } from './rig-settings.ts';

/** A rig whose agent gets its tokens from Login with Amazon, over HTTPS with an authority of its own. */
export type LwaRig = {
  readonly rig: Rig;
  readonly refreshPath: string;
  /** What the refresh token's file holds. */
  stored(): string;
  /** A refresh token that the sandbox accepts, put into the file; it must be seen nowhere else. */
  provision(): string;
  /** Requests to the token endpoint. */
  asked(): number;
  /** The refresh tokens that were sent to it, oldest first. */
  sent(): string[];
};

const LOOPBACK = '127.0.0.1';

export async function startLwaRig(
  sandbox: Partial<SandboxOptions> = {},
  options: RigOptions = {},
  token: Settings = {},
  settings: Settings = {},
): Promise<LwaRig> {
  const { caPem, certPem, keyPem } = makeCertificate({ hosts: [LOOPBACK] });
  const rig = await startRig({
    ...options,
    isHeldBack: true,
    sandbox: { tls: { key: keyPem, cert: certPem }, ...sandbox },
  });
  const caFile = join(rig.folder, 'ca.pem');
  writeFileSync(caFile, caPem);
  const refreshPath = join(rig.folder, 'secrets', 'refresh-token');
  const isPublic = token['clientSecretFile'] === undefined;
  const own: Settings = {
    replenish: {
      caFile,
      token: {
        source: 'lwa',
        file: undefined,
        url: `${rig.sandbox.url}/auth/o2/token`,
        clientId: isPublic ? DEVICE_CLIENT.clientId : CLOUD_CLIENT.clientId,
        refreshTokenFile: refreshPath,
        caFile,
        ...token,
      },
    },
  };
  rig.writeConfig(merge(own, settings));
  // Whatever the sandbox ever hands out is a secret.
  rig.sandbox.onRequest(({ answer }) => {
    if (answer?.status === 200) rig.tokens.push(...(answer.body.match(/Atz[ar]\|[\w-]{100,}/g) ?? []));
  });
  return {
    rig,
    refreshPath,
    stored: () => readFileSync(refreshPath, 'utf8').trim(),
    provision: () => {
      const clientId = isPublic ? DEVICE_CLIENT.clientId : CLOUD_CLIENT.clientId;
      const refreshToken = rig.sandbox.issueRefreshToken({ clientId });
      rig.tokens.push(refreshToken);
      writeFileSync(refreshPath, `${refreshToken}\n`, { mode: 0o600 });
      return refreshToken;
    },
    asked: () => rig.sandbox.requests.filter(({ call }) => call === 'token').length,
    sent: () =>
      rig.sandbox.requests
        .filter(({ call }) => call === 'token')
        .map(({ body }) => new URLSearchParams(body).get('refresh_token') ?? ''),
  };
}

/** Starts the agent, and waits until it has reported. */
export async function start({ rig }: LwaRig): Promise<void> {
  rig.startAgent();
  await rig.untilReported();
}

export async function untilState({ rig }: LwaRig, state: string): Promise<void> {
  await rig.until(`the token is ${state}`, () => rig.told.device()?.token.state === state);
}
