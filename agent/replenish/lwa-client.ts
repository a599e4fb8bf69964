import type { Timing } from '../../hardware/timing.ts';
import type { HttpDoor, HttpSettings } from './http-door.ts';
import { openHttpDoor } from './http-door.ts';
import { classifyTokenAnswer, type LwaAnswer } from './lwa-answer.ts';
import { type CodeGrant, exchangeRequest, type LwaClientId, refreshRequest } from './lwa-request.ts';
import { readSecretFile } from './secret-file.ts';

export type LwaClient = {
  /** One attempt to get another access token. Never rejects, never repeats, never logs. */
  refresh(refreshToken: string): Promise<LwaAnswer>;
  /** One attempt to turn an authorization code into tokens; a code is good for one attempt. Never rejects. */
  exchange(grant: CodeGrant): Promise<LwaAnswer>;
  close(): Promise<void>;
};

export type LwaClientSettings = HttpSettings & {
  readonly clientId: string;
  /** null for a public client. */
  readonly clientSecretFile: string | null;
};

/** Login with Amazon's token endpoint: request, exchange, meaning. */
export function createLwaClient(
  settings: LwaClientSettings,
  timing: Timing & { wallMs(): number },
  door: HttpDoor = openHttpDoor(settings, timing, {
    name: 'Login with Amazon',
    settings: 'replenish.token',
  }),
): LwaClient {
  const path = new URL(settings.url).pathname;
  const ask = async (request: (client: LwaClientId) => ReturnType<typeof refreshRequest>) => {
    // Read anew for each request: it may be provisioned or replaced while the agent runs.
    const secret = readClientSecret(settings.clientSecretFile);
    if (secret.problem !== null) return { kind: 'misconfigured', message: secret.problem } as const;
    const client = { clientId: settings.clientId, clientSecret: secret.text };
    return classifyTokenAnswer(await door.exchange(request(client)), timing.wallMs());
  };
  return {
    refresh: (refreshToken) => ask((client) => refreshRequest(path, client, refreshToken)),
    exchange: (grant) => ask((client) => exchangeRequest(path, client, grant)),
    close: () => door.close(),
  };
}

type ClientSecret = { readonly text: string | null; readonly problem: string | null };

function readClientSecret(path: string | null): ClientSecret {
  if (path === null) return { text: null, problem: null };
  const file = readSecretFile(path, 'client secret');
  const problem = (why: string): ClientSecret => ({
    text: null,
    problem: `Client secret file ${path}: ${why}.`,
  });
  if (file.kind === 'unreadable') return problem(file.why);
  return file.text === null || file.text === ''
    ? problem('its content is not a secret; write the client secret into it')
    : { text: file.text, problem: null };
}
