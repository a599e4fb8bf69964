/** How long a snooze is to last: a duration, or until a moment of wall time (ms since 1970 UTC); null ends it. */
export type SnoozeSpan = { readonly forMs: number } | { readonly untilMs: number } | null;

/** What people and programs may ask of the running agent, over MQTT or its local socket. Slots by their local name. */
export type Command =
  /** A manual order, through the same gates as any other. */
  | { readonly kind: 'order'; readonly slot: string }
  /** A person says that the slot starts anew: what was ordered never came. */
  | { readonly kind: 'rearm'; readonly slot: string }
  /** A person says what became of an order that is in doubt. */
  | { readonly kind: 'resolve'; readonly slot: string; readonly verdict: 'placed' | 'not-placed' }
  /** Cancels DRS test orders of one slot, or of the whole device (null). */
  | { readonly kind: 'cancel-test'; readonly slot: string | null }
  /** Publishes the retained state of one slot, or of everything (null), again. */
  | { readonly kind: 'report'; readonly slot: string | null }
  /** Nothing is ordered for the slot until the span is over. */
  | { readonly kind: 'snooze'; readonly slot: string; readonly span: SnoozeSpan };

/** The answer to a command: whether it took effect, and a sentence that says what happened or why it did not. */
export type CommandResult = { readonly ok: boolean; readonly message: string };

/** Never rejects: what goes wrong is an answer too. */
export type PerformCommand = (command: Command) => Promise<CommandResult>;

/** What a person on this machine may ask for beside: nobody at a distance can take the device off Amazon's list. */
export type LocalCommand = Command | { readonly kind: 'deregister' };

export type PerformLocalCommand = (command: LocalCommand) => Promise<CommandResult>;
