import { createInterface } from 'node:readline/promises';
import { loadConfig } from '../../config/load.ts';
import { printProblems } from '../../config/print-problems.ts';
import type { CommandResult } from '../command/command.ts';
import type { Whereabouts } from '../command-line/request.ts';
import { BELIEVABLE_FROM_MS, createClock } from '../system/clock.ts';
import { askService } from './ask-service.ts';
import { inForeground } from './foreground.ts';
import { findService } from './surroundings.ts';
import { untilToken } from './until-token.ts';

type DeregisterRequest = Whereabouts & { readonly isAgreed: boolean };

/**
 * `deregister`: takes the device off the customer's account. It can't be taken back, so a person types the device's id,
 * or a script the whole option. Returns the exit code.
 */
export async function deregister(
  request: DeregisterRequest,
  version: string,
  env: NodeJS.ProcessEnv,
): Promise<number> {
  const loaded = loadConfig(request.config, { credentialsDirectory: env['CREDENTIALS_DIRECTORY'] });
  if (!loaded.ok) {
    process.stderr.write(`${printProblems(loaded.problems, request.config, loaded.text).join('\n')}\n`);
    return 78;
  }
  if (!request.isAgreed) {
    if (!process.stdin.isTTY || !process.stderr.isTTY) {
      process.stderr.write(
        'This can not be undone. Without a terminal to ask on, say so with --yes-remove-this-device.\n',
      );
      return 2;
    }
    if (!(await agrees(loaded.config.device.id))) {
      process.stderr.write('Nothing was changed.\n');
      return 1;
    }
  }
  const clock = createClock(BELIEVABLE_FROM_MS);
  const found = await findService(request, env, clock);
  switch (found.kind) {
    case 'refused':
      return tell({ ok: false, message: found.why });
    case 'connected':
      return tell(await askService(found.connection, { kind: 'deregister' }));
    case 'absent':
      return inForeground(request, { version, env, clock }, async (counterpart) => {
        await untilToken(counterpart, clock);
        return tell(await counterpart.perform({ kind: 'deregister' }));
      });
  }
}

async function agrees(deviceId: string): Promise<boolean> {
  const lines = createInterface({ input: process.stdin, output: process.stderr });
  try {
    const answer = await lines.question(
      `This takes ${deviceId} off its account at Amazon and can not be undone. Type its id to go on: `,
    );
    return answer.trim() === deviceId;
  } catch {
    // Ctrl-C and Ctrl-D are no yes; the line that they leave behind is ended.
    process.stderr.write('\n');
    return false;
  } finally {
    lines.close();
  }
}

function tell({ ok, message }: CommandResult): number {
  (ok ? process.stdout : process.stderr).write(`${message}\n`);
  return ok ? 0 : 1;
}
