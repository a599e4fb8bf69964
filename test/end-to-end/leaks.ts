import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import type { RecordedMessage } from '../support/topic-recorder.ts';

/** A piece of a secret that is as good as the whole for whoever finds it, characters. */
const PIECE = 16;

/** Topics on which others send secrets to the device. */
const DOWN = /\/(token|registration|command|notification)$/;

/** Files of the state directory that are there to keep a secret, for their owner only. */
const KEEPERS: readonly string[] = ['refresh-token.json', 'registration.json'];

/** What of the secrets stands in a text, whole or in a large part: PEM by its lines, everything else by its pieces. */
export function leaksIn(where: string, text: string, secrets: readonly string[]): string[] {
  return piecesOf(secrets)
    .filter((piece) => text.includes(piece))
    .map((piece) => `${where} shows ${piece.slice(0, 6)}...`);
}

/** Everything that the device said, topics too. */
export function leaksOnTheWire(messages: readonly RecordedMessage[], secrets: readonly string[]): string[] {
  return messages
    .filter(({ topic }) => !DOWN.test(topic))
    .flatMap(({ topic, payload }) => leaksIn(topic, `${topic} ${payload}`, secrets));
}

/** Every byte of the state directory, the write-ahead log too. */
export function leaksOnDisk(stateDir: string, secrets: readonly string[]): string[] {
  return readdirSync(stateDir, { withFileTypes: true, recursive: true })
    .filter((entry) => entry.isFile() && !KEEPERS.includes(entry.name))
    .flatMap(({ parentPath, name }) =>
      leaksIn(name, readFileSync(join(parentPath, name), 'latin1'), secrets),
    );
}

function piecesOf(secrets: readonly string[]): readonly string[] {
  const lines = secrets.flatMap((secret) => secret.split('\n')).filter((line) => !line.startsWith('-----'));
  const pieces = lines.flatMap((line) => {
    const middle = Math.floor((line.length - PIECE) / 2);
    return line.length <= PIECE
      ? [line]
      : [line.slice(0, PIECE), line.slice(middle, middle + PIECE), line.slice(-PIECE)];
  });
  return [...new Set(pieces)].filter((piece) => piece.length >= 8);
}
