import type { MessageKind } from './firmata-message.ts';
import { fits, QUESTIONS } from './firmata-message.ts';

/**
 * PURE: the four answers that make a firmware known, asked for one after the other: version and name, what its pins can
 * do, which of them are analog. What was answered once is remembered, to see whether it is still the same board.
 */
export class FirmataHandshake {
  readonly #answers = new Map<MessageKind, Buffer>();
  #first: readonly Buffer[] | null = null;

  /** The port is open anew, or the firmware started anew: everything is to be asked again. */
  restart(): void {
    this.#answers.clear();
  }

  /** What has to be sent now; null when all is known. */
  get question(): Buffer | null {
    if (!this.#answers.has('version') || !this.#answers.has('firmware')) return QUESTIONS.firmware;
    if (!this.#answers.has('capabilities')) return QUESTIONS.capabilities;
    if (!this.#answers.has('analog-mapping')) return QUESTIONS['analog-mapping'];
    return null;
  }

  get isDone(): boolean {
    return this.question === null;
  }

  /** Version, firmware, capabilities, analog mapping, as they came; complete when `isDone`. */
  get answers(): readonly Buffer[] {
    const kinds = ['version', 'firmware', 'capabilities', 'analog-mapping'] as const;
    return kinds.flatMap((kind) => this.#answers.get(kind) ?? []);
  }

  /** Whether the pins differ from those of the board that was known first. */
  get isOtherBoard(): boolean {
    const first = this.#first?.slice(2) ?? [];
    const now = this.answers.slice(2);
    return first.some((answer, index) => now[index]?.equals(answer) !== true);
  }

  /** Takes an answer in; true when it brings on the next question, or the end. */
  take(kind: MessageKind, message: Buffer): boolean {
    const before = this.question;
    if (before === null || !this.#isAwaited(kind, message)) return false;
    this.#answers.set(kind, message);
    if (this.isDone) this.#first ??= this.answers;
    return this.question !== before;
  }

  #isAwaited(kind: MessageKind, message: Buffer): boolean {
    const capabilities = this.#answers.get('capabilities');
    switch (kind) {
      case 'version':
      case 'firmware':
        return true;
      case 'capabilities':
        return this.question === QUESTIONS.capabilities;
      case 'analog-mapping':
        return capabilities !== undefined && fits(message, capabilities);
      default:
        return false;
    }
  }
}
