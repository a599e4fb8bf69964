import type { DutyBook } from './duty/duty-book.ts';
import type { TokenSource } from './replenish/access-token.ts';
import type { StateStore } from './store/state-store.ts';
import { sentenceOf } from './system/coded-error.ts';
import type { Log } from './system/log.ts';

/** Whether Amazon still knows this device. It lives as long as the process; the tokens are those of the moment. */
export type Registration = {
  /** The source's tokens, without the one whose registration ended. */
  readonly tokens: Pick<TokenSource, 'current' | 'refresh'>;
  /** The device was taken off Amazon's list: its token is dead, and nothing is ordered until another one comes. */
  end(): void;
  /** Local names of slots that DRS does not list for this device. */
  setUnlisted(slots: readonly string[]): void;
  /** What to tell people, or null while nothing is known to be wrong. */
  problem(): string | null;
};

export type RegistrationDeps = {
  readonly source: () => Pick<TokenSource, 'current' | 'refresh'>;
  readonly store: Pick<StateStore, 'duties'>;
  readonly log: Log;
  readonly onChange: () => void;
};

const ENDED_SENTENCE =
  'This device was deregistered at Amazon: nothing is ordered. Register it again and provide a new access token.';

/**
 * Deregistration kills every token (docs/dash/deregistration-endpoint.html), so whoever has a new one is registered
 * anew: no other sign is needed, and one that comes late does no lasting harm.
 */
export function createRegistration({ source, store, log, onChange }: RegistrationDeps): Registration {
  let unlisted: readonly string[] = [];
  let endedToken = store.duties.load().endedToken;

  const remember = (fingerprint: string | null): void => {
    endedToken = fingerprint;
    try {
      const book: DutyBook = { ...store.duties.load(), endedToken };
      store.duties.save(book);
    } catch (error) {
      log.error({ error: sentenceOf(error) }, 'That the device was deregistered could not be written.');
    }
  };

  return {
    tokens: {
      current: () => {
        const token = source().current();
        return endedToken !== null && token?.fingerprint === endedToken ? null : token;
      },
      refresh: (rejected) => source().refresh(rejected),
    },
    end: () => {
      const token = source().current();
      if (token === null || token.fingerprint === endedToken) return;
      remember(token.fingerprint);
      log.warn({}, ENDED_SENTENCE);
      source().refresh(token.fingerprint);
      onChange();
    },
    setUnlisted: (slots) => {
      if (slots.join() === unlisted.join()) return;
      unlisted = slots;
      const sentence = unlistedSentence(slots);
      if (sentence === null) log.info({}, 'Amazon lists every slot of this device.');
      else log.warn({ slots }, sentence);
      onChange();
    },
    problem: () =>
      endedToken !== null && source().current()?.fingerprint === endedToken
        ? ENDED_SENTENCE
        : unlistedSentence(unlisted),
  };
}

function unlistedSentence(slots: readonly string[]): string | null {
  return slots.length === 0
    ? null
    : `Amazon does not list for this device: ${slots.join(', ')}. Compare slotId with what was registered.`;
}
