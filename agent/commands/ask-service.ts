import type { CommandResult, LocalCommand } from '../command/command.ts';
import { parseResult } from '../local/answer-schema.ts';
import type { LocalConnection } from '../local/local-client.ts';

/** A command may take a call to Amazon, with all its timeouts. */
const RESULT_MS_MAX = 60_000;

/** Gives a command to the running service, and ends the connection. Never rejects. */
export async function askService(connection: LocalConnection, command: LocalCommand): Promise<CommandResult> {
  connection.ask({ command });
  const line = await connection.next(RESULT_MS_MAX);
  connection.close();
  if (line === null) {
    return {
      ok: false,
      message:
        'The service did not answer: whether it heard the command is not known. Look at replenish-agent status.',
    };
  }
  const answer = parseResult(line);
  return answer.kind === 'answer' ? answer.value : { ok: false, message: answer.why };
}
