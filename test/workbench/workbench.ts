import { readFileSync } from 'node:fs';
import { setTimeout as sleep } from 'node:timers/promises';
import { canBeLive } from '../../agent/terminal/style.ts';
import type { AgentEnd } from './agent-process.ts';
import { createHands } from './hands.ts';
import { createNarrator, type Narrator } from './narrator.ts';
import type { WorkbenchOptions } from './options.ts';
import { startBenchPage } from './page.ts';
import { cyclesOf, isProven } from './show.ts';
import { openLiveStage, openPlainStage, type Stage } from './stage.ts';
import { agentDeath, summary } from './summary.ts';
import { filesIn, openWorld, type World } from './world.ts';

/** Why the workbench ends. */
type Ending = { readonly kind: 'asked' } | { readonly kind: 'agent-died'; readonly end: AgentEnd };

const REFRESH_MS = 250;
/** One Ctrl-C can come twice: from the terminal, and passed on by npm. */
const SAME_INTERRUPT_MS = 500;
/** The agent's last message is on its way when its process has ended. */
const OFFLINE_MS_MAX = 2_000;
/** So much of the agent's log is shown when it died. */
const LAST_LINES = 5;
/** What a shell reports of a program that Ctrl-C ended. */
const INTERRUPTED = 130;

/**
 * Runs the whole chain until it is told to stop, and tells what can be seen of it.
 *
 * @param folder an empty folder for the agent's files; the caller removes it.
 * @returns the exit code: 0 when all went well, 1 when the agent died or something was seen that must not be.
 */
export async function runWorkbench(options: WorkbenchOptions, folder: string): Promise<number> {
  const ending = Promise.withResolvers<Ending>();
  const quit = createQuit(() => ending.resolve({ kind: 'asked' }));
  const isLive = !options.plain && canBeLive(process.env);
  const stage = isLive ? openLiveStage(process.env) : openPlainStage();
  closeOnDefect(stage);
  for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const) process.on(signal, quit);
  // Whoever read our lines has gone: there is nobody to show anything to.
  process.stdout.on('error', () => ending.resolve({ kind: 'asked' }));

  const narrator = createNarrator({
    stage,
    files: filesIn(folder),
    onShow: (show) => {
      if (options.cycles !== null && cyclesOf(show) >= options.cycles) ending.resolve({ kind: 'asked' });
    },
  });
  const world = await openWorld(folder, narrator.hear, (end) => ending.resolve({ kind: 'agent-died', end }));
  process.on('exit', () => world.agent.kill());
  const hands = createHands(world, narrator.hear, quit);
  const page = await startBenchPage(folder, world.broker, hands);
  narrator.hear({ kind: 'page', url: page.url });
  stage.listen(hands.press);
  world.board.start();
  hands.startAgent();
  const refreshing = setInterval(() => {
    world.board.setInUse(narrator.show().isOnline);
    narrator.refresh(world.board.volts);
  }, REFRESH_MS);
  if (options.forMs !== null) setTimeout(() => ending.resolve({ kind: 'asked' }), options.forMs);

  const ended = await ending.promise;
  hands.rest();
  world.customer.leave();
  const agentEnd = ended.kind === 'agent-died' ? ended.end : await stopAgent(world, narrator);
  clearInterval(refreshing);
  await page.close();
  await world.close();
  stage.close();
  const isDead = ended.kind === 'agent-died' || (agentEnd !== null && agentEnd.code !== 0);
  process.stdout.write(summary(narrator.show(), narrator.elapsedMs(), agentEnd));
  if (isDead && agentEnd !== null) process.stderr.write(agentDeath(agentEnd, lastLines(filesIn(folder).log)));
  return isDead || !isProven(narrator.show()) ? 1 : 0;
}

async function stopAgent(world: World, narrator: Narrator): Promise<AgentEnd | null> {
  const end = await world.agent.stop();
  const deadlineMs = performance.now() + OFFLINE_MS_MAX;
  while (narrator.show().isOnline && performance.now() < deadlineMs) await sleep(20);
  return end;
}

/** The first time asks to end; a second time, unless it is the first one echoed, ends at once. */
function createQuit(onQuit: () => void): () => void {
  let firstAtMs: number | null = null;
  return () => {
    if (firstAtMs !== null && performance.now() - firstAtMs > SAME_INTERRUPT_MS) process.exit(INTERRUPTED);
    firstAtMs ??= performance.now();
    onQuit();
  };
}

/** However this process ends, the terminal is given back first. */
function closeOnDefect(stage: Stage): void {
  process.on('exit', stage.close);
  const end = (error: unknown): never => {
    stage.close();
    const why = error instanceof Error ? error.message : String(error);
    process.stderr.write(`The workbench came upon something it was not made for and stops: ${why}\n`);
    process.exit(1);
  };
  process.on('uncaughtException', end);
  process.on('unhandledRejection', end);
}

/** The end of a file, as much as fits on a screen. */
function lastLines(path: string): string {
  try {
    return readFileSync(path, 'utf8').trimEnd().split('\n').slice(-LAST_LINES).join('\n');
  } catch {
    return '';
  }
}
