// Bounded, so that a hostile line costs no time. Hiding too much is harmless.
const CREDENTIALS_IN_URL = /:\/\/[^\s@]{1,200}@/g;
const CREDENTIALS_BEFORE_HOST = /\b[\w.-]{1,100}:(?!\/\/)[^\s@]{1,200}@/g;
const SECRET_NAME = '(?:password|passwd|passphrase|secret|token|credentials?|api-?_?key)';
const SECRET_SETTING = new RegExp(`(${SECRET_NAME}["']?\\s*:\\s*)(?![{[|>&*#\\s])[^\\s,}][^,}]*`, 'gi');

/**
 * Hides what looks like a secret in text that is about to be shown: credentials in a url, and the value of a key
 * that is named like a secret. Such keys are mistakes (secrets come by file), and mistakes are printed.
 */
export function maskSecrets(text: string): string {
  return text
    .replace(CREDENTIALS_IN_URL, '://***@')
    .replace(CREDENTIALS_BEFORE_HOST, '***@')
    .replace(SECRET_SETTING, '$1***');
}

/** Whether a key is named as if a secret stood behind it; `passwordFile` is not. */
export function isSecretName(key: string): boolean {
  return new RegExp(`${SECRET_NAME}$`, 'i').test(key);
}
