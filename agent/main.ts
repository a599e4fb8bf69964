import packageJson from '../package.json' with { type: 'json' };
import { helpText } from './command-line/help-text.ts';
import { parseCommandLine } from './command-line/parse-command-line.ts';
import type { Request } from './command-line/request.ts';

/** The service logs on without a reader, and what shows something live, or for long, has done its work when he leaves. */
const MIND_THEIR_READER: readonly Request['kind'][] = ['run', 'watch', 'replay'];

/** The process: words in, exit code out. People get sentences; a stack trace would be a defect. */
async function main(request: Request): Promise<number> {
  const { version } = packageJson;
  if (!MIND_THEIR_READER.includes(request.kind)) endWithReader();
  // Each command is loaded when it is asked for: the service does not carry what only people use.
  switch (request.kind) {
    case 'run':
      return (await import('./commands/run.ts')).run(request, version, process.env);
    case 'check':
      return (await import('./commands/check.ts')).check(request, process.env);
    case 'init':
      return (await import('./commands/init.ts')).init(request, process.env);
    case 'doctor':
      return (await import('./commands/doctor.ts')).doctor(request, version, process.env);
    case 'watch':
      return (await import('./commands/watch.ts')).watch(request, version, process.env);
    case 'calibrate':
      return (await import('./commands/calibrate.ts')).calibrate(request, version, process.env);
    case 'status':
      return (await import('./commands/status.ts')).status(request, process.env);
    case 'order':
      return (await import('./commands/order.ts')).order(request, version, process.env);
    case 'deregister':
      return (await import('./commands/deregister.ts')).deregister(request, version, process.env);
    case 'cancel-test':
      return (await import('./commands/cancel-test.ts')).cancelTest(request, version, process.env);
    case 'commission':
      return (await import('./commands/commission.ts')).commission(request, version, process.env);
    case 'resolve':
      return (await import('./commands/resolve.ts')).resolve(request, process.env);
    case 'rearm':
      return (await import('./commands/rearm.ts')).rearm(request, process.env);
    case 'snooze':
      return (await import('./commands/snooze.ts')).snooze(request, process.env);
    case 'replay':
      return (await import('./commands/replay.ts')).replay(request, process.env);
    case 'register':
      return (await import('./commands/register.ts')).register(request, process.env);
    case 'dashboard':
      return (await import('./commands/dashboard.ts')).dashboard(request);
    case 'bench':
      return (await import('./commands/bench.ts')).bench(request.words);
    case 'help':
      process.stdout.write(helpText(request.command));
      return 0;
    case 'version':
      process.stdout.write(`${version}\n`);
      return 0;
    case 'misuse':
      process.stderr.write(`${request.message}\n\n${helpText(request.command)}`);
      return 2;
  }
}

/** Whoever has read enough, as `head` does, is no defect. */
function endWithReader(): void {
  for (const stream of [process.stdout, process.stderr]) {
    stream.on('error', (error: NodeJS.ErrnoException) => {
      if (error.code === 'EPIPE') process.exit(1);
      endOnDefect(error);
    });
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
// Not awaited at the top: the bundle is no ES module.
void main(parseCommandLine(process.argv.slice(2))).then((code) => process.exit(code));
