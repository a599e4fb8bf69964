/** Why there is no new access token from Login with Amazon. */
export type Trouble = {
  /** `failed` passes, and `unsaved` is a disk that takes nothing; the others wait for somebody. */
  readonly kind: 'absent' | 'revoked' | 'misconfigured' | 'failed' | 'unsaved';
  /** What is wrong and what to do. */
  readonly error: string;
};

/** What to do when Amazon accepts the refresh token no more. */
export const REVOKED =
  'The customer took the consent back, or the refresh token was replaced: register this device again (replenish-agent register).';

/** Neither the refresh token's file nor the state directory took the new refresh token. */
export function unsavedMessage(error: unknown): string {
  const code = error instanceof Error && 'code' in error ? String(error.code) : 'unknown error';
  return `The new refresh token could not be written (${code}), and the access token that came with it is not used before it is: check the disk and the folder of the refresh token file.`;
}
