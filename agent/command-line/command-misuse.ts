import { nearestName } from '../../config/nearest.ts';
import { COMMANDS } from './command-table.ts';

/** PURE. What to say of a command that does not exist. */
export function whyNoCommand(word: string): string {
  const known = Object.keys(COMMANDS);
  const near = nearestName(word, known);
  const remedy = near === null ? `This version has: ${known.join(', ')}.` : `Did you mean ${near}?`;
  return `There is no command "${word}". ${remedy}`;
}

/**
 * PURE. Node's own explanation of a wrong option; what follows its first sentence is about programming.
 *
 * @param options of the command, without their dashes.
 */
export function whyNoOption(error: unknown, options: readonly string[]): string {
  const text = error instanceof Error ? error.message : String(error);
  const sentence = `${text.split(/\. |\n/, 1)[0]?.replace(/\.$/, '')}.`;
  const unknown = /^Unknown option '--([\w-]+)/.exec(sentence)?.[1];
  const near = unknown === undefined ? null : nearestName(unknown, options);
  return near === null ? sentence : `${sentence} Did you mean --${near}?`;
}
