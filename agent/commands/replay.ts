import { once } from 'node:events';
import { loadConfig } from '../../config/load.ts';
import { printProblems } from '../../config/print-problems.ts';
import { replayFile } from '../replay/replay-file.ts';

export type ReplayRequest = { readonly file: string; readonly config: string; readonly isJson: boolean };

/**
 * `replay`: runs a recording through the decisions of the service and prints what would have been ordered.
 * Returns the exit code: 0, 1 when the recording can't be read to its end, 78 with a mistake in the configuration.
 */
export async function replay(request: ReplayRequest, env: NodeJS.ProcessEnv): Promise<number> {
  const loaded = loadConfig(request.config, { credentialsDirectory: env['CREDENTIALS_DIRECTORY'] });
  if (!loaded.ok) {
    process.stderr.write(`${printProblems(loaded.problems, request.config, loaded.text).join('\n')}\n`);
    return 78;
  }
  // Whoever reads only the head of it has seen enough.
  process.stdout.on('error', () => process.exit(0));
  const failure = await replayFile(request.file, loaded.config, { isJson: request.isJson, print });
  if (failure === null) return 0;
  process.stderr.write(`${failure}\n`);
  return 1;
}

async function print(lines: readonly string[]): Promise<void> {
  if (!process.stdout.write(`${lines.join('\n')}\n`)) await once(process.stdout, 'drain');
}
