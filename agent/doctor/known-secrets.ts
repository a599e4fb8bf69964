import type { Config } from '../../config/config.ts';
import { refreshTokenFile } from '../replenish/refresh-token-file.ts';
import { readSecretFile } from '../replenish/secret-file.ts';

/** The secrets that this device knows, as far as this user may read them: to be taken out of whatever leaves it. */
export function knownSecrets({ mqtt, replenish: { token } }: Config, stateDir: string): readonly string[] {
  const files = [
    mqtt.passwordFile,
    mqtt.keyFile,
    ...(token.source === 'file' ? [token.file] : []),
    ...(token.source === 'lwa' ? [token.refreshTokenFile, token.clientSecretFile] : []),
  ].filter((file) => file !== null);
  const read = files.map((file) => readSecretFile(file, 'secret'));
  const texts = read.flatMap((file) => (file.kind === 'text' && file.text !== null ? [file.text] : []));
  const kept =
    token.source === 'lwa' ? refreshTokenFile(token.refreshTokenFile, stateDir).read().token : null;
  // A key has many lines, and a part of it is a secret too.
  const lines = texts.flatMap((text) => text.split('\n')).filter((line) => !line.startsWith('-----'));
  return [...texts, ...lines.map((line) => line.trim()), ...(kept === null ? [] : [kept])];
}
