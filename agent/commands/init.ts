import { existsSync } from 'node:fs';
import { hostname } from 'node:os';
import { dirname, join, resolve } from 'node:path';
import { checkConfig } from '../../config/check.ts';
import { printProblems } from '../../config/print-problems.ts';
import { CONFIG_DEFAULT } from '../command-line/option.ts';
import type { Request } from '../command-line/request.ts';
import type { Answers } from '../setup/answers.ts';
import { type Asker, Questions, Stopped, WrongWords } from '../setup/ask.ts';
import { askAnswers } from '../setup/ask-answers.ts';
import { configText } from '../setup/config-text.ts';
import { discover } from '../setup/discover.ts';
import { nextSteps } from '../setup/next-steps.ts';
import { placeFile, whyNotWritable } from '../setup/place-file.ts';
import { BELIEVABLE_FROM_MS, createClock } from '../system/clock.ts';
import { nameHint } from '../terminal/own-name.ts';
import { listenForEnd } from './signals.ts';

type InitRequest = Extract<Request, { kind: 'init' }>;

/** Drivers whose hardware is not looked for on serial ports. */
const NOT_SERIAL: readonly string[] = ['gpio', 'iio'];

/**
 * `init`: finds the hardware, asks what it can't know, and writes a configuration that passes `check`, in one step at the
 * very end: whoever stops before leaves nothing behind. Returns the exit code.
 */
export async function init(request: InitRequest, env: NodeJS.ProcessEnv): Promise<number> {
  const signal = listenForEnd();
  try {
    return await Promise.race([
      setUp(request, env['SUDO_USER'] !== undefined),
      signal.told.then(() => tellStopped(request.config)),
    ]);
  } catch (error) {
    if (error instanceof Stopped) return tellStopped(request.config);
    if (!(error instanceof WrongWords)) throw error;
    tell(error.message);
    return 2;
  } finally {
    signal.release();
  }
}

async function setUp(request: InitRequest, isSudo: boolean): Promise<number> {
  const { config: path, values } = request;
  const why = whyNotWritable(path);
  if (why !== null) {
    tell(why);
    return 1;
  }
  const asker = await askerHere();
  if (!(await mayWrite(request, asker))) {
    tell(`${path} stays as it is.`);
    return 1;
  }
  const driver = values.get('driver') ?? null;
  const speed = values.get('baud-rate');
  const found = await discover(
    {
      port: values.get('port') ?? null,
      baudRate: speed === undefined ? null : Number(speed),
      windowMs: request.listenMs,
      isSilent: driver !== null && NOT_SERIAL.includes(driver),
    },
    createClock(BELIEVABLE_FROM_MS),
    tell,
  );
  const questions = new Questions(values, asker, request.takesDefaults);
  const { slots, allowInsecure } = request;
  const answers = await askAnswers(questions, { found, hostName: hostname(), slots, allowInsecure });
  return write(path, answers, isSudo);
}

function write(path: string, answers: Answers, isSudo: boolean): number {
  const text = configText(answers, schemaAddress());
  const checked = checkConfig(text, { config: dirname(resolve(path)), credentials: null });
  if (!checked.ok) {
    tell('These answers do not go together; nothing was written:');
    for (const line of printProblems(checked.problems, path, text)) tell(line);
    return 2;
  }
  const why = placeFile(path, text);
  if (why !== null) {
    tell(why);
    return 1;
  }
  const steps = nextSteps(answers, resolve(path), CONFIG_DEFAULT, isSudo);
  process.stdout.write(`${[`${path} is written. Now:`, ...steps.map((step) => `  ${step}`)].join('\n')}\n`);
  const hint = nameHint(process.execPath, process.argv[1] ?? '');
  if (hint !== null) tell(hint);
  return 0;
}

/** Null without a terminal. The prompts are loaded only for somebody who can see them. */
async function askerHere(): Promise<Asker | null> {
  if (!process.stdin.isTTY || !process.stderr.isTTY) return null;
  return (await import('../setup/prompts-door.ts')).askerAtTerminal();
}

async function mayWrite({ config, isForced }: InitRequest, asker: Asker | null): Promise<boolean> {
  if (isForced || !existsSync(config)) return true;
  if (asker === null)
    throw new WrongWords(
      `${config} exists already: add --force to write it anew, or --config for another one.`,
    );
  return asker.agrees(`${config} exists already. Write it anew?`, false);
}

/** The JSON Schema that came with this program: beside the bundle, or in the checkout. */
function schemaAddress(): string {
  const name = 'agent.schema.json';
  const places = [join(import.meta.dirname, name), resolve(import.meta.dirname, '../../config', name)];
  return places.find((place) => existsSync(place)) ?? `./${name}`;
}

function tellStopped(path: string): number {
  tell(existsSync(path) ? `Stopped. ${path} is as it was.` : 'Stopped. Nothing was written.');
  return 1;
}

function tell(line: string): void {
  process.stderr.write(`${line}\n`);
}
