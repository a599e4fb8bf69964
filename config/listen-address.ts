/** Where a server listens. */
export type ListenAddress = { readonly host: string; readonly port: number };

/** Reads `127.0.0.1:8080` or `[::1]:8080`; null for anything else. Pure. */
export function parseListenAddress(text: string): ListenAddress | null {
  const [, v6, host, digits = ''] = /^(?:\[([0-9a-fA-F:.]+)\]|([A-Za-z0-9.-]+)):(\d{1,5})$/.exec(text) ?? [];
  const name = v6 ?? host;
  const port = Number(digits);
  return name === undefined || port > 65_535 ? null : { host: name, port };
}

/** Whether only programs on this machine can reach it. Pure. */
export function isLoopback({ host }: ListenAddress): boolean {
  return host === 'localhost' || host === '::1' || /^127(?:\.\d{1,3}){3}$/.test(host);
}
