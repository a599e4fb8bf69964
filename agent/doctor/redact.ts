import { isSecretName, maskSecrets } from '../../config/mask-secrets.ts';

const HIDDEN = '***';
/** Shorter ones would tear holes into every other word. */
const SECRET_LENGTH_MIN = 4;
/** Tokens and authorization codes of Login with Amazon begin like this, wherever they come from. */
const AMAZON_TOKEN = /\bAt(?:za|zr|na)\|[^\s"',}\]]+/g;
const AUTHORIZATION = /\b(Bearer|Basic)\s+[^\s"',]+/gi;
/** What stands behind a key: nothing, a block of lines, something quoted, or plain text. */
const KEY_LINE = /^(\s*(?:-\s+)*)(["']?)([\w.-]+)\2\s*:(?:\s+(.*))?$/;

/**
 * PURE. Takes the secrets out of texts: those that are known, as they are and as they stand in JSON, in a url and in
 * base64, and whatever looks like a token.
 */
export function redactor(secrets: readonly string[]): (text: string) => string {
  const forms = secrets
    .filter((secret) => secret.length >= SECRET_LENGTH_MIN)
    .flatMap((secret) => [
      secret,
      JSON.stringify(secret).slice(1, -1),
      encodeURIComponent(secret),
      Buffer.from(secret).toString('base64'),
    ])
    // The longest first: one secret may be a part of another.
    .toSorted((a, b) => b.length - a.length);
  return (text) => {
    let clean = text;
    for (const form of forms) clean = clean.replaceAll(form, HIDDEN);
    return clean.replace(AMAZON_TOKEN, HIDDEN).replace(AUTHORIZATION, `$1 ${HIDDEN}`);
  };
}

/**
 * PURE. Hides what stands behind every key that is named like a secret, also over several lines. The file may be full
 * of mistakes, so it is read line by line and not as YAML; hiding too much is harmless.
 */
export function maskConfig(text: string): string {
  /** Secrets that we are inside of, the innermost last. */
  let open: readonly Opened[] = [];
  return text
    .split(/\r?\n/)
    .map((line) => {
      const indent = line.search(/\S/);
      if (indent < 0) return line;
      open = open.filter((secret) => secret.indent < indent);
      const [, before = '', , key = '', value = ''] = KEY_LINE.exec(line) ?? [];
      if (open.some(({ isAll }) => isAll || key === '')) return `${' '.repeat(indent)}${HIDDEN}`;
      if (key !== '' && isSecretName(key) && !/^[{[]/.test(value)) {
        open = [...open, { indent: before.length, isAll: /^[|>"']/.test(value) }];
        return value === '' ? line : `${line.slice(0, line.length - value.length)}${HIDDEN}`;
      }
      return maskSecrets(line);
    })
    .join('\n');
}

/** A secret that goes on in every line that is indented deeper: in all of them, or in those without a key. */
type Opened = { readonly indent: number; readonly isAll: boolean };
