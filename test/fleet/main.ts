import { monitorEventLoopDelay } from 'node:perf_hooks';
import { setTimeout as sleep } from 'node:timers/promises';
import { BELIEVABLE_FROM_MS, createClock } from '../../agent/system/clock.ts';
import { startMosquitto } from '../support/mosquitto.ts';
import { perSecond, reconnectLine } from './figures.ts';
import { Fleet } from './fleet.ts';
import { type FleetOptions, readOptions, USAGE } from './options.ts';

const READ_EVERY_MS = 5_000;
const STARTS_PER_S = 200;
const PROGRESS_EVERY_MS = 5_000;

async function main(words: readonly string[]): Promise<number> {
  const request = readOptions(words);
  switch (request.kind) {
    case 'help':
      process.stdout.write(USAGE);
      return 0;
    case 'misuse':
      process.stderr.write(`${request.message}\n\n${USAGE}`);
      return 2;
    case 'run':
      return run(request);
  }
}

async function run({ agents, broker, minutes, seed, restartsBroker }: FleetOptions): Promise<number> {
  const own = broker === null ? await startMosquitto({ isQuiet: true }) : null;
  const clock = createClock(BELIEVABLE_FROM_MS);
  const fleet = new Fleet({
    agents,
    brokerUrl: own?.url ?? broker ?? '',
    seed,
    clock,
    readEveryMs: READ_EVERY_MS,
    startsPerS: STARTS_PER_S,
  });
  const stopped = new AbortController();
  process.once('SIGINT', () => stopped.abort());
  process.once('SIGTERM', () => stopped.abort());
  const loop = monitorEventLoopDelay({ resolution: 20 });
  loop.enable();
  print(`${agents} agents, seed ${seed}, at ${own?.url ?? broker}; ${STARTS_PER_S} start in a second.`);
  const begunAtMs = clock.nowMs();
  fleet.start();
  const totalMs = minutes * 60_000;
  let downAtMs: number | null = null;
  let shownAtMs = begunAtMs;
  let shown = 0;
  while (clock.nowMs() - begunAtMs < totalMs && !stopped.signal.aborted) {
    const restMs = begunAtMs + totalMs - clock.nowMs();
    await sleep(Math.min(PROGRESS_EVERY_MS, restMs), null, { signal: stopped.signal }).catch(() => null);
    const nowMs = clock.nowMs();
    const { delivered } = fleet.counts;
    const phases = [...fleet.phases()].map(([phase, count]) => `${phase} ${count}`);
    const facts = [
      `${Math.round((nowMs - begunAtMs) / 1000)} s`,
      `${fleet.connected()} connected`,
      `${Math.round((delivered - shown) / ((nowMs - shownAtMs) / 1000))} messages/s`,
      `${Math.round(process.memoryUsage.rss() / 2 ** 20)} MiB`,
      `loop p99 ${Math.round(loop.percentile(99) / 1e6)} ms`,
    ];
    print(`${facts.join(', ')} | ${phases.join(', ')}`);
    loop.reset();
    shown = delivered;
    shownAtMs = nowMs;
    if (restartsBroker && downAtMs === null && nowMs - begunAtMs > totalMs / 2) {
      downAtMs = nowMs;
      await own?.restart();
      print(`The broker was restarted, empty; it was away for ${Math.round(clock.nowMs() - downAtMs)} ms.`);
    }
  }
  if (downAtMs !== null) print(reconnectLine(perSecond(fleet.counts.connectedAtMs, downAtMs), agents));
  print(
    `${fleet.counts.delivered} messages were acknowledged, ${fleet.connected()} of ${agents} agents are connected.`,
  );
  const isWhole = fleet.connected() === agents;
  await fleet.stop();
  await own?.dispose();
  return isWhole || stopped.signal.aborted ? 0 : 1;
}

function print(line: string): void {
  process.stdout.write(`${line}\n`);
}

process.exitCode = await main(process.argv.slice(2));
