import type { Log } from '../system/log.ts';
import type { Envelope } from './envelope.ts';
import type { Publisher } from './link.ts';
import { commandResultPayload } from './payload.ts';
import { mayAnswerOn, type Topics } from './topics.ts';

/** The answer to a message on the `command` topic. */
export type CommandAnswer = { readonly id: string | null; readonly ok: boolean; readonly message: string };

/** Takes a message of the `command` topic; null when nobody waits for an answer. Never rejects. */
export type TakeCommand = (payload: Uint8Array, retained: boolean) => Promise<CommandAnswer | null>;

export type CommandPort = {
  /** Hands a message over, and brings the answer to where its sender waits for it. Never rejects. */
  take(payload: Uint8Array, envelope: Envelope): Promise<void>;
  /** To be called when a connection stands: what could not be said is said now. */
  reconnected(): void;
};

export type CommandPortDeps = {
  readonly names: Topics;
  readonly publisher: Publisher;
  readonly log: Pick<Log, 'warn'>;
  readonly take: TakeCommand;
};

/** Correlation data is a key, not a message; more than this is not carried back. */
const CORRELATION_BYTES_MAX = 1024;
/** Answers that wait for a connection: commands come before it stands, and its loss may overtake an answer. */
const WAITING_MAX = 64;

type Address = { readonly topic: string; readonly correlationData: Uint8Array | null };
type Letter = Address & { readonly answer: CommandAnswer };

export function createCommandPort({ names, publisher, log, take }: CommandPortDeps): CommandPort {
  let waiting: readonly Letter[] = [];

  const keep = (letter: Letter): void => {
    waiting = [...waiting, letter].slice(-WAITING_MAX);
  };

  const deliver = async (letter: Letter): Promise<void> => {
    if (!publisher.connected()) {
      keep(letter);
      return;
    }
    const { topic, correlationData, answer } = letter;
    const options = { retain: false, ...(correlationData === null ? {} : { correlationData }) };
    try {
      await publisher.publish(topic, commandResultPayload(answer), options);
    } catch (error) {
      if (publisher.connected())
        log.warn({ id: answer.id, topic }, `The answer to a command was not delivered: ${String(error)}`);
      else keep(letter);
    }
  };

  return {
    take: async (payload, envelope) => {
      const answer = await take(payload, envelope.retain);
      if (answer !== null) await deliver({ ...addressOf(names, envelope), answer });
    },
    reconnected: () => {
      const letters = waiting;
      waiting = [];
      for (const letter of letters) void deliver(letter);
    },
  };
}

/**
 * Whoever sends a command names the topic of the answer. Where that would be a message of another meaning, or none at
 * all, it goes where everybody can look for it.
 */
function addressOf(names: Topics, { responseTopic, correlationData }: Envelope): Address {
  const isKey = correlationData !== null && correlationData.length <= CORRELATION_BYTES_MAX;
  const key = isKey ? correlationData : null;
  const isUsable = responseTopic !== null && mayAnswerOn(names, responseTopic) && key === correlationData;
  return { topic: isUsable ? responseTopic : names.commandResult, correlationData: key };
}
