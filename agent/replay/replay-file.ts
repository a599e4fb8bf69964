import type { Config } from '../../config/config.ts';
import { TranscriptFile } from '../../hardware/transcript/transcript-file.ts';
import { Replay } from './replay.ts';
import { entryJson, entryText, summaryJson, summaryText } from './replay-text.ts';

export type ReplayPrinter = {
  readonly isJson: boolean;
  /** Takes whole lines; resolves when more may come. */
  print(lines: readonly string[]): Promise<void>;
};

/**
 * Replays a recording and prints its timeline as it goes, however long it is; then what it came to.
 * Returns a sentence that says why the recording could not be read to its end, or null.
 */
export async function replayFile(
  path: string,
  config: Config,
  printer: ReplayPrinter,
): Promise<string | null> {
  const file = new TranscriptFile(path);
  try {
    return await replayAll(file, config, printer);
  } finally {
    await file.close();
  }
}

async function replayAll(
  file: TranscriptFile,
  config: Config,
  { isJson, print }: ReplayPrinter,
): Promise<string | null> {
  let lines: string[] = [];
  const flush = async (): Promise<void> => {
    if (lines.length > 0) await print(lines);
    lines = [];
  };
  let portion = await file.read();
  if (portion === null)
    return file.failure ?? `${file.path} holds no reading: name a recording, as run --record writes it.`;
  const { startedAtMs } = file;
  const replay = new Replay(config, startedAtMs, (entry) =>
    lines.push(isJson ? entryJson(entry, startedAtMs) : entryText(entry)),
  );
  while (portion !== null) {
    await replay.take(portion);
    await flush();
    portion = await file.read();
  }
  const summary = replay.end();
  lines.push(
    ...(isJson
      ? summaryJson(summary, file.bad, startedAtMs)
      : ['', ...summaryText(summary, file.bad, startedAtMs)]),
  );
  await flush();
  return file.failure;
}
