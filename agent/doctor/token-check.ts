import { statSync } from 'node:fs';
import type { Config, TokenConfig } from '../../config/config.ts';
import { parseAccessToken } from '../replenish/access-token.ts';
import { refreshTokenFile } from '../replenish/refresh-token-file.ts';
import { readSecretFile } from '../replenish/secret-file.ts';
import { topics } from '../report/topics.ts';
import {
  type Check,
  type Finding,
  fail,
  JOURNAL,
  ok,
  quoted,
  type Rounds,
  type ServiceSeen,
  warn,
} from './check.ts';

/** What the token is, where it comes from, and what the running service says of it. */
export function tokenCheck(config: Config): Check {
  const { token } = config.replenish;
  return {
    name: 'token',
    run: async (rounds) => {
      const ofFiles = fileTrouble(token, rounds);
      if (ofFiles?.verdict === 'FAIL') return ofFiles;
      const ofService = serviceTrouble(await rounds.service(), config, rounds);
      if (ofService.verdict === 'FAIL') return ofService;
      return ofFiles ?? ofService;
    },
  };
}

/** null when the files say nothing against it. */
function fileTrouble(token: TokenConfig, rounds: Rounds): Finding | null {
  switch (token.source) {
    case 'none':
    case 'mqtt':
      return null;
    case 'file': {
      const { file } = token;
      const read = readSecretFile(file, 'access token');
      if (read.kind === 'unreadable')
        return fail(`Token file ${file}: ${read.why}.`, `ls -l ${quoted(file)}`);
      if (read.text === null || parseAccessToken(read.text) === null)
        return fail(
          `Token file ${file} holds no access token (one line, no spaces, at most 2048 characters).`,
          `wc ${quoted(file)}`,
        );
      return openToOthers(file);
    }
    case 'lwa': {
      const refresh = refreshTokenFile(token.refreshTokenFile, rounds.stateDir).read();
      if (refresh.token === null) return fail(refresh.error, rounds.command('register'));
      const { clientSecretFile } = token;
      if (clientSecretFile !== null) {
        const secret = readSecretFile(clientSecretFile, 'client secret');
        if (secret.kind === 'unreadable')
          return fail(
            `Client secret file ${clientSecretFile}: ${secret.why}.`,
            `ls -l ${quoted(clientSecretFile)}`,
          );
        if (secret.text === null || secret.text === '')
          return fail(
            `Client secret file ${clientSecretFile} holds no secret.`,
            `wc ${quoted(clientSecretFile)}`,
          );
      }
      return (
        openToOthers(token.refreshTokenFile) ??
        (clientSecretFile === null ? null : openToOthers(clientSecretFile))
      );
    }
  }
}

/** Whoever reads a token can order. */
function openToOthers(file: string): Finding | null {
  const { mode } = statSync(file);
  if ((mode & 0o077) === 0) return null;
  const shown = (mode & 0o777).toString(8).padStart(4, '0');
  return warn(`${file} can be read by others (mode ${shown}).`, `sudo chmod 600 ${quoted(file)}`);
}

function serviceTrouble(
  seen: ServiceSeen,
  { device, mqtt, replenish }: Config,
  { command }: Rounds,
): Finding {
  const { source } = replenish.token;
  const from = {
    none: 'from nowhere',
    mqtt: 'over MQTT',
    file: 'from its file',
    lwa: 'from Login with Amazon',
  }[source];
  if (seen.kind !== 'running' || seen.status.device === null) {
    if (seen.kind === 'refused')
      return warn(
        `The token comes ${from}; the service tells this user no more.`,
        `sudo ${command('doctor')}`,
      );
    return ok(
      source === 'mqtt'
        ? 'The token comes over MQTT, when the service runs and asks for it.'
        : `The token comes ${from}, and has the right form.`,
    );
  }
  const { token } = seen.status.device;
  const expiresAt = 'expiresAt' in token && typeof token.expiresAt === 'string' ? token.expiresAt : null;
  const until = expiresAt === null ? '' : ` until ${expiresAt}`;
  switch (token.state) {
    case 'valid':
      return ok(`The service has a token ${from}${until}; Amazon has not refused it.`);
    case 'revoked':
      return fail(
        'Amazon accepts the refresh token no more: register the device again.',
        command('register'),
      );
    case 'misconfigured':
      return fail('Amazon does not accept this client: see clientId and clientSecretFile.', JOURNAL);
    default: {
      const { tokenRequest } = topics(mqtt.topicPrefix, device.id);
      const why = source === 'mqtt' ? `: does the cloud answer ${tokenRequest}?` : '.';
      return fail(`The service has no token that works (${token.state})${why}`, JOURNAL);
    }
  }
}
