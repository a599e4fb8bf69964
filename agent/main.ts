import packageJson from '../package.json' with { type: 'json' };
import { helpText, parseCommandLine } from './command-line.ts';
import { bench } from './commands/bench.ts';
import { check } from './commands/check.ts';
import { run } from './commands/run.ts';

/** The process: words in, exit code out. People get sentences; a stack trace would be a defect. */
async function main(words: readonly string[]): Promise<number> {
  const request = parseCommandLine(words);
  switch (request.kind) {
    case 'run':
      return run(request, packageJson.version, process.env);
    case 'check':
      return check(request.config, process.env);
    case 'bench':
      return bench(request.words);
    case 'help':
      process.stdout.write(helpText(request.command));
      return 0;
    case 'version':
      process.stdout.write(`${packageJson.version}\n`);
      return 0;
    case 'misuse':
      process.stderr.write(`${request.message}\n\n${helpText(request.command)}`);
      return 2;
  }
}

function endOnDefect(error: unknown): never {
  const what = error instanceof Error ? error.message : String(error);
  process.stderr.write(
    `The agent came upon something it was not made for and stops: ${what}. Nothing is lost: orders are on disk. Please report this with the log.\n`,
  );
  process.exit(1);
}

process.on('uncaughtException', endOnDefect);
process.on('unhandledRejection', endOnDefect);
process.exit(await main(process.argv.slice(2)));
