import * as v from 'valibot';

const PARTS = /^([a-z][a-z0-9+.-]*):\/\/([^/?#]*)([^?#]*)([?#].*)?$/i;
const HOST = /^(\[[0-9a-f:.]+\]|[a-z0-9._-]+)(?::(\d{1,5}))?$/i;
const LOOPBACK = /^(?:localhost|127(?:\.(?:25[0-5]|2[0-4]\d|1?\d?\d)){3}|\[::1\])$/i;

const LONGEST_URL = 2048;

type UrlRules = {
  /** Accepted schemes; the first is the one to recommend. */
  readonly schemes: readonly [string, ...string[]];
  /** Schemes for which a path behind the host means something. */
  readonly schemesWithPath: readonly string[];
  readonly exampleHost: string;
};

const anyText = v.string('a url is expected here, as text');

/**
 * A url with scheme, host and at most a port and a path. Credentials in it are refused: it is shown in logs, and
 * secrets come by file only. So is a query, which MQTT.js would read as connection options.
 */
export function url(rules: UrlRules) {
  return v.pipe(
    anyText,
    v.check(
      (value) => urlMistake(value, rules) === null,
      ({ input }) => urlMistake(input, rules) ?? 'this is not a valid url',
    ),
  );
}

function urlMistake(value: string, rules: UrlRules): string | null {
  if (value.length > LONGEST_URL) return `this url is longer than ${LONGEST_URL} characters`;
  const [safest] = rules.schemes;
  const [, scheme = '', authority = '', path = '', query = ''] = PARTS.exec(value) ?? [];
  if (scheme === '') {
    const host = /^[a-z0-9._-]+(?::\d{1,5})?$/i.test(value) ? value : rules.exampleHost;
    return `a url begins with its scheme: type for example ${safest}://${host}`;
  }
  if (!rules.schemes.includes(scheme.toLowerCase())) {
    return `the url must begin with ${rules.schemes.map((known) => `${known}://`).join(' or ')}: type for example ${safest}://${rules.exampleHost}`;
  }
  if (authority.includes('@')) {
    return 'a url may hold no user name or password: take out everything before the @; secrets come by file only';
  }
  const port = HOST.exec(authority)?.[2];
  if (!HOST.test(authority) || (port !== undefined && (Number(port) < 1 || Number(port) > 65535))) {
    return `the host or port is not valid: type for example ${safest}://${rules.exampleHost}`;
  }
  if (query !== '') return 'a url may hold nothing after ? or # here: take it out';
  if (path.length > 1 && !rules.schemesWithPath.includes(scheme.toLowerCase())) {
    return `nothing may follow the host and port: type ${scheme}://${authority}`;
  }
  return URL.canParse(value) && !/[\s\\]/.test(value) ? null : 'this is not a valid url';
}

/** Whether what is sent to this url can be read and changed on its way: no TLS, and not to this machine. */
export function isUnprotected(value: string): boolean {
  const [, scheme = '', authority = ''] = PARTS.exec(value) ?? [];
  const host = HOST.exec(authority)?.[1] ?? '';
  return ['mqtt', 'ws', 'http'].includes(scheme.toLowerCase()) && !LOOPBACK.test(host);
}

/** Whether the connection is made with TLS. */
export function isTls(value: string): boolean {
  return /^(?:mqtts|wss|https):/i.test(value);
}

/** The same for both connections: plain text over a network only when the technician says so. */
export function insecureMessage(value: string, safeScheme: string): string {
  const safe = value.replace(/^[a-z]+:/i, `${safeScheme}:`);
  return `anybody on the network could read and change this connection: type ${safe}, or add "allowInsecure: true" beside it if the network is your own`;
}
