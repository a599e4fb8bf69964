import { confirm, input, select } from '@inquirer/prompts';
import { type Asker, Stopped } from './ask.ts';

/** Door of @inquirer/prompts: asks the person at the terminal. Questions go to stderr, so that stdout can be kept. */
export function askerAtTerminal(): Asker {
  const context = { output: process.stderr };
  return {
    text: ({ message, standard, complaint }) =>
      orStopped(
        input(
          {
            message,
            ...(standard === null || standard === '' ? {} : { default: standard }),
            validate: (answer) => complaint(answer.trim()) ?? true,
          },
          context,
        ),
      ),
    choose: (message, choices) =>
      orStopped(select({ message, choices: [...choices], loop: false, pageSize: 12 }, context)),
    agrees: (message, standard) => orStopped(confirm({ message, default: standard }, context)),
  };
}

/** Ctrl-C and a closed input reject with errors of the package, which differ only in their names. */
async function orStopped<T>(answer: Promise<T>): Promise<T> {
  try {
    return await answer;
  } catch (error) {
    const isEnd =
      error instanceof Error && /^(?:ExitPromptError|AbortPromptError|CancelPromptError)$/.test(error.name);
    throw isEnd ? new Stopped('stopped') : error;
  }
}
