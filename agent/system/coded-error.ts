/** Every failure that ends the program or a command, by a code that documents and scripts can rely on. */
export type ErrorCode =
  /** Another agent, or another program, is at the same state directory. */
  | 'STATE_IN_USE'
  /** The state directory can't be made, read or written. */
  | 'STATE_UNWRITABLE'
  /** The state was written by a newer version. */
  | 'STATE_TOO_NEW';

/** A failure that people have to mend. Its message is a sentence that says what is wrong, where, and what to do. */
export class CodedError extends Error {
  readonly code: ErrorCode;

  constructor(code: ErrorCode, sentence: string, cause?: unknown) {
    super(sentence, { cause });
    this.code = code;
  }
}

/** What a failure says to a person, without the name of its class. */
export function sentenceOf(error: unknown): string {
  return error instanceof Error ? error.message : String(error);
}
