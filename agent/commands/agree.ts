import { createInterface } from 'node:readline/promises';

/** What is asked before something that may cost money; all of them whole sentences. */
export type Agreement = {
  readonly question: string;
  /** Why nobody can be asked here, without the remedy. */
  readonly unasked: string;
  /** What is so after a no. */
  readonly refused: string;
};

/** Asks at the terminal. @returns null after a yes; else the exit code, and the person has been told why. */
export async function whyNotAgreed({ question, unasked, refused }: Agreement): Promise<number | null> {
  if (!process.stdin.isTTY || !process.stderr.isTTY) {
    process.stderr.write(`${unasked} Without a terminal to ask on, say so with --yes.\n`);
    return 2;
  }
  if (await isYes(question)) return null;
  process.stderr.write(`${refused}\n`);
  return 1;
}

async function isYes(question: string): Promise<boolean> {
  const lines = createInterface({ input: process.stdin, output: process.stderr });
  try {
    const answer = await lines.question(`${question} [y/N] `);
    return /^y(?:es)?$/i.test(answer.trim());
  } catch {
    // Ctrl-C and Ctrl-D are no yes; the line that they leave behind is ended.
    process.stderr.write('\n');
    return false;
  } finally {
    lines.close();
  }
}
