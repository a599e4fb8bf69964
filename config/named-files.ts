import type { Config } from './config.ts';

/** A file that the configuration names. */
export type NamedFile = {
  readonly path: readonly string[];
  readonly file: string;
  /** A secret may be provisioned later, and is taken up when it appears. */
  readonly isSecret: boolean;
};

/** PURE. Every file that has to be there for the configuration to work. */
export function namedFiles({ mqtt, replenish }: Config): readonly NamedFile[] {
  const named: NamedFile[] = [];
  const add = (path: readonly string[], file: string | null, isSecret: boolean) => {
    if (file !== null) named.push({ path, file, isSecret });
  };
  add(['mqtt', 'passwordFile'], mqtt.passwordFile, true);
  add(['mqtt', 'caFile'], mqtt.caFile, false);
  add(['mqtt', 'certFile'], mqtt.certFile, false);
  add(['mqtt', 'keyFile'], mqtt.keyFile, true);
  add(['replenish', 'caFile'], replenish.caFile, false);
  const { token } = replenish;
  const ofToken = (key: string, file: string | null, isSecret: boolean) =>
    add(['replenish', 'token', key], file, isSecret);
  if (token.source === 'file') ofToken('file', token.file, true);
  if (token.source === 'lwa') {
    ofToken('refreshTokenFile', token.refreshTokenFile, true);
    ofToken('clientSecretFile', token.clientSecretFile, true);
    ofToken('caFile', token.caFile, false);
  }
  return named;
}
