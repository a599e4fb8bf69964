/** Who is at the other end, for people: its name, and where its settings stand in the configuration. */
export type Peer = { readonly name: string; readonly settings: string };

const UNKNOWN_AUTHORITY =
  'its certificate is not from an authority known here: set SETTINGS.caFile, or look whether a proxy or login page of the network is in the way';
const NO_TLS = 'what answers there does not speak TLS: check the port in SETTINGS.url';
const BROKEN_OFF =
  'the connection was broken off before anything could be sent: check the network, a proxy or firewall on the way, and SETTINGS.url';

/** `SETTINGS` stands for the peer's place in the configuration. */
const CONNECT_REMEDIES: Readonly<Record<string, string>> = {
  ECONNREFUSED: 'nothing listens there: check SETTINGS.url and the firewall',
  ECONNRESET: BROKEN_OFF,
  EPIPE: BROKEN_OFF,
  UND_ERR_SOCKET: BROKEN_OFF,
  ENOTFOUND: 'the host name is not known: check SETTINGS.url and DNS (resolvectl query HOST)',
  EAI_AGAIN: 'DNS does not answer: check the network and /etc/resolv.conf',
  ENETUNREACH: 'there is no route to it: check the network (ip route)',
  EHOSTUNREACH: 'the host can not be reached: check the network (ip route)',
  ETIMEDOUT: 'the host does not answer: check the network and the firewall',
  UND_ERR_CONNECT_TIMEOUT: 'the host does not answer: check the network and the firewall',
  ERR_TLS_CERT_ALTNAME_INVALID: 'its certificate is for another host: check SETTINGS.url',
  CERT_HAS_EXPIRED: "its certificate has expired, or this device's clock is wrong (timedatectl)",
  CERT_NOT_YET_VALID: "its certificate is not valid yet: this device's clock is wrong (timedatectl)",
  SELF_SIGNED_CERT_IN_CHAIN: UNKNOWN_AUTHORITY,
  DEPTH_ZERO_SELF_SIGNED_CERT: UNKNOWN_AUTHORITY,
  UNABLE_TO_VERIFY_LEAF_SIGNATURE: UNKNOWN_AUTHORITY,
  UNABLE_TO_GET_ISSUER_CERT_LOCALLY: UNKNOWN_AUTHORITY,
  // How Node tells a handshake that failed while it still wrote.
  EPROTO: NO_TLS,
  ERR_SSL_WRONG_VERSION_NUMBER: NO_TLS,
  ERR_SSL_PACKET_LENGTH_TOO_LONG: NO_TLS,
};

/** PURE. Nothing left this machine: why, and what to do. */
export function notSentMessage(error: Error | undefined, { name, settings }: Peer): string {
  const code = codeOf(error);
  const remedy = code === null ? undefined : (CONNECT_REMEDIES[code] ?? ofTls(code));
  const why = remedy === undefined ? plainError(error) : `${remedy.replace('SETTINGS', settings)} (${code})`;
  return `${name} could not be reached, nothing was sent: ${why}.`;
}

/** PURE. The request left, or may have. @param isPlain it went without TLS. */
export function noAnswerMessage(error: Error | undefined, { settings }: Peer, isPlain: boolean): string {
  const hint = isPlain ? `; if the server there wants TLS, ${settings}.url begins with https` : '';
  return `The request left and no answer came: ${plainError(error)}${hint}.`;
}

/** PURE. An error in one line. */
export function plainError(error: unknown): string {
  if (!(error instanceof Error)) return 'the connection ended';
  const code = codeOf(error);
  // OpenSSL's texts come with addresses and line breaks; one line is for people.
  const text = error.message.replaceAll(/\s+/g, ' ').trim();
  return code === null ? text : `${text} (${code})`;
}

/** OpenSSL's own words name its source files; its code says enough. */
function ofTls(code: string): string | undefined {
  return code.startsWith('ERR_SSL_')
    ? 'no TLS connection comes about: check that what answers at SETTINGS.url supports TLS 1.2 or newer'
    : undefined;
}

function codeOf(error: unknown): string | null {
  return error instanceof Error && 'code' in error && typeof error.code === 'string' ? error.code : null;
}
