import type { Log } from '../system/log.ts';
import type { Envelope } from './envelope.ts';
import type { Publisher } from './link.ts';
import { commandResultPayload } from './payload.ts';
import { mayAnswerOn, type Topics } from './topics.ts';

/** The answer to a message on the `command` topic. */
export type CommandAnswer = { readonly id: string | null; readonly ok: boolean; readonly message: string };

/** Takes a message of the `command` topic; null when nobody waits for an answer. Never rejects. */
export type TakeCommand = (payload: Uint8Array, retained: boolean) => Promise<CommandAnswer | null>;

export type CommandPortDeps = {
  readonly names: Topics;
  readonly publisher: Pick<Publisher, 'publish'>;
  readonly log: Pick<Log, 'warn'>;
  readonly take: TakeCommand;
};

/** Correlation data is a key, not a message; more than this is not carried back. */
const CORRELATION_BYTES_MAX = 1024;

/** Hands what comes on the `command` topic over, and brings the answer to where the sender waits for it. */
export function createCommandPort({ names, publisher, log, take }: CommandPortDeps) {
  return async (payload: Uint8Array, envelope: Envelope): Promise<void> => {
    const answer = await take(payload, envelope.retain);
    if (answer === null) return;
    const { topic, correlationData } = addressOf(names, envelope);
    try {
      await publisher.publish(topic, commandResultPayload(answer), {
        retain: false,
        ...(correlationData === null ? {} : { correlationData }),
      });
    } catch (error) {
      // The sender repeats the command, and then hears the same answer.
      log.warn({ id: answer.id, topic }, `The answer to a command was not delivered: ${String(error)}`);
    }
  };
}

/**
 * Whoever sends a command names the topic of the answer. Where that would be a message of another meaning, or none at
 * all, it goes where everybody can look for it.
 */
function addressOf(
  names: Topics,
  { responseTopic, correlationData }: Envelope,
): { readonly topic: string; readonly correlationData: Uint8Array | null } {
  const known = correlationData !== null && correlationData.length <= CORRELATION_BYTES_MAX;
  const key = known ? correlationData : null;
  const isUsable = responseTopic !== null && mayAnswerOn(names, responseTopic) && key === correlationData;
  return { topic: isUsable ? responseTopic : names.commandResult, correlationData: key };
}
