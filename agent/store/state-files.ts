/* What lies in the state directory, by name. */

export const STATE_FILE = 'state.db';

/** Held open by the agent that lives here. */
export const LOCK_FILE = 'agent.lock';

/** Stands beside the state from its first day on. */
export const BORN_MARK = 'state.born';
