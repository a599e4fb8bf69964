import { randomBytes } from 'node:crypto';
import { createInterface } from 'node:readline';
import type { Config, LwaConfig, RegistrationConfig } from '../../config/config.ts';
import { loadConfig } from '../../config/load.ts';
import { printProblems } from '../../config/print-problems.ts';
import type { Request } from '../command-line/request.ts';
import { type Consent, codeChallenge, consentUrl, readConsent } from '../replenish/consent.ts';
import { createLwaClient } from '../replenish/lwa-client.ts';
import { keepPending, takePending } from '../replenish/pending-registration.ts';
import { registerDevice } from '../replenish/register-device.ts';
import { prepareFolder } from '../store/state-folder.ts';
import { BELIEVABLE_FROM_MS, createClock, type SystemClock } from '../system/clock.ts';
import { CodedError } from '../system/coded-error.ts';
import { stateDirOf } from './surroundings.ts';

type RegisterRequest = Extract<Request, { kind: 'register' }>;

type Setup = { readonly lwa: LwaConfig; readonly registration: RegistrationConfig; readonly config: Config };

/**
 * `register`: ties this device to the account of a customer who agrees on Amazon's page. The verifier stays in memory,
 * or between two steps in the state directory; neither it nor any token is ever printed. Returns the exit code.
 */
export async function register(request: RegisterRequest, env: NodeJS.ProcessEnv): Promise<number> {
  const loaded = loadConfig(request.config, { credentialsDirectory: env['CREDENTIALS_DIRECTORY'] });
  if (!loaded.ok) {
    process.stderr.write(`${printProblems(loaded.problems, request.config, loaded.text).join('\n')}\n`);
    return 78;
  }
  const setup = setupOf(loaded.config);
  if (setup === null) {
    return fail(
      `${request.config}: to register this device, set replenish.token.source to lwa, and replenish.registration.`,
      78,
    );
  }
  const clock = createClock(BELIEVABLE_FROM_MS);
  const stateDir = stateDirOf(request, env);
  try {
    if (request.step === 'finish') {
      const consent = takePending(stateDir, clock.instant());
      return consent === null
        ? fail('No registration was begun here within the last hour: type register --begin.', 1)
        : await finish(setup, consent, request.code ?? (await readLine()), clock);
    }
    const consent = {
      codeVerifier: randomBytes(48).toString('base64url'),
      state: randomBytes(24).toString('base64url'),
    };
    if (request.step === 'begin') {
      prepareFolder(stateDir);
      keepPending(stateDir, consent, clock.instant());
    }
    process.stdout.write(invitation(setup, consent));
    if (request.step === 'begin') {
      process.stdout.write("Then type: replenish-agent register --finish --code 'ADDRESS'\n");
      return 0;
    }
    return await finish(setup, consent, await readLine(), clock);
  } catch (error) {
    if (error instanceof CodedError) return fail(error.message, 1);
    const code = error instanceof Error && 'code' in error ? String(error.code) : String(error);
    return fail(`The state directory ${stateDir} can't be used (${code}): name another with --state-dir.`, 1);
  }
}

function setupOf(config: Config): Setup | null {
  const { token, registration } = config.replenish;
  return token.source === 'lwa' && registration !== null ? { lwa: token, registration, config } : null;
}

function invitation({ lwa, registration }: Setup, consent: Consent): string {
  const isPublic = lwa.clientSecretFile === null;
  const challenge = isPublic
    ? [`  code challenge  ${codeChallenge(consent.codeVerifier)} (S256)`]
    : ['  code challenge  none: the client has a secret'];
  return [
    'To register this device, the customer opens this page and agrees:',
    '',
    consentUrl(registration, lwa.clientId, consent, isPublic),
    '',
    `  device model    ${registration.model}`,
    `  serial          ${registration.serial}`,
    ...challenge,
    ...(registration.test ? ['  a test device: Amazon takes its orders and ships nothing'] : []),
    '',
    `Afterwards the browser is at ${registration.redirectUri}?code=...&state=...`,
    'Within five minutes, paste that whole address.',
    '',
  ].join('\n');
}

async function finish(
  { lwa, registration, config }: Setup,
  consent: Consent,
  given: string | null,
  clock: SystemClock,
): Promise<number> {
  const { redirectUri } = registration;
  const isPublic = lwa.clientSecretFile === null;
  const answer = readConsent(given ?? '', { redirectUri, state: consent.state, isPublic });
  if (!answer.ok) return fail(answer.message, 1);
  const client = createLwaClient({ ...lwa, timeouts: config.replenish.timeouts }, clock);
  const grant = { code: answer.code, redirectUri, codeVerifier: consent.codeVerifier };
  const result = await registerDevice(client, lwa.refreshTokenFile, grant);
  await client.close();
  if (!result.ok) return fail(result.message, 1);
  process.stdout.write(`${result.message} A service that runs takes it up by itself.\n`);
  return 0;
}

/** The first line that comes, from a terminal or a pipe; null when none does. */
async function readLine(): Promise<string | null> {
  process.stdout.write('> ');
  const lines = createInterface({ input: process.stdin, terminal: false });
  try {
    for await (const line of lines) return line;
    return null;
  } finally {
    lines.close();
  }
}

function fail(sentence: string, code: 1 | 78): number {
  process.stderr.write(`${sentence}\n`);
  return code;
}
