import type { Reply } from './policy/decision.ts';

/** What a person is told whom the policy was not asked for, or in vain. */
export const STOPPING: Reply = {
  ok: false,
  message: 'The agent is stopping or loading its configuration. Try again.',
};
export const NOT_DURABLE: Reply = {
  ok: false,
  message: 'The state could not be written, so nothing was done. See the store in the device report.',
};
