import { accessSync, constants, realpathSync } from 'node:fs';
import { dirname } from 'node:path';
import { replaceDurably } from '../system/durable-file.ts';
import type { LwaClient } from './lwa-client.ts';
import type { CodeGrant } from './lwa-request.ts';

/** What came of a registration. `message` is a sentence for people and holds no secret. */
export type RegistrationResult = { readonly ok: boolean; readonly message: string };

/**
 * Turns an authorization code into a refresh token and puts that into its file, durably. A service that runs takes it
 * up by itself. Never rejects.
 */
export async function registerDevice(
  client: Pick<LwaClient, 'exchange'>,
  refreshTokenFile: string,
  grant: CodeGrant,
): Promise<RegistrationResult> {
  const path = targetOf(refreshTokenFile);
  const folder = dirname(path);
  const refuse = (message: string): RegistrationResult => ({ ok: false, message });
  try {
    // A code is good for one exchange: what comes of it must have a place.
    accessSync(folder, constants.W_OK | constants.X_OK);
  } catch (error) {
    return refuse(`No file can be put into ${folder} (${codeOf(error)}): correct it, and begin again.`);
  }
  const answer = await client.exchange(grant);
  switch (answer.kind) {
    case 'granted':
      break;
    case 'invalid-grant':
      return refuse(
        `${answer.message} The code is used up, older than five minutes, or of another device: begin again.`,
      );
    case 'misconfigured':
    case 'failed':
      return refuse(`${answer.message} Nothing was registered: begin again.`);
  }
  if (answer.refreshToken === null) {
    return refuse('Login with Amazon gave no refresh token. Nothing was registered: begin again.');
  }
  try {
    replaceDurably(path, `${answer.refreshToken}\n`);
  } catch (error) {
    return refuse(`The refresh token could not be written (${codeOf(error)}) to ${path}: begin again.`);
  }
  return { ok: true, message: `The device is registered. Its refresh token is in ${path}, mode 0600.` };
}

/** Behind links: the link stays, and what it leads to is replaced. */
function targetOf(path: string): string {
  try {
    return realpathSync(path);
  } catch {
    return path;
  }
}

function codeOf(error: unknown): string {
  return error instanceof Error && 'code' in error ? String(error.code) : 'unknown error';
}
