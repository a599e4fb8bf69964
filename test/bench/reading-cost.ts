import { randomUUID } from 'node:crypto';
import { createPipeline } from '../../agent/pipeline.ts';
import { NEW_RECORD } from '../../agent/policy/decide.ts';
import { parseAccessToken } from '../../agent/replenish/access-token.ts';
import type { SlotSettings } from '../../agent/settings.ts';
import { GroupCommit } from '../../agent/store/group-commit.ts';
import { createClock } from '../../agent/system/clock.ts';
import { compileLinePattern, parseLine } from '../../hardware/serial/line-pattern.ts';
import { TextFramer } from '../../hardware/serial/text-framer.ts';

/*
 * What one reading costs this process, from the bytes of a line to the decision: time, and bytes of garbage. The level
 * stays where it is, as it does almost always. To be run by itself, with a young generation so large that nothing is
 * collected in between: node --expose-gc --min-semi-space-size=64 --max-semi-space-size=64 test/bench/reading-cost.ts
 */
const READINGS = Number(process.argv[2] ?? 3_000);

/** The defaults of the settings. */
const SETTINGS: SlotSettings = {
  name: 'black',
  level: {
    points: [
      [120, 0],
      [880, 100],
    ],
    valid: { min: 0, max: 1023 },
    sentinels: [],
    medianOf: 5,
    judgesNoise: true,
    maxNoisePercent: 15,
    maxRatePercentPerS: 40,
    stuckAfterMs: null,
    staleAfterMs: 60_000,
  },
  limits: {
    slotId: 'slot-1',
    leadTimeMs: null,
    reorderAtPercent: 20,
    rearmAtPercent: 60,
    confirm: { samples: 5, forMs: 30_000 },
    maxOrders: { count: 2, perMs: 30 * 86_400_000 },
    inDoubtWindowMs: 21_600_000,
    retry: { firstMs: 2000, maxMs: 3_600_000 },
    reportsOnly: false,
    dryRun: false,
  },
  report: { deadbandPercent: 1 },
};

const clock = createClock(0);
const token = parseAccessToken('Atza|a-token');
const silent = () => undefined;
const pipeline = createPipeline(SETTINGS, NEW_RECORD, {
  clock,
  random: Math.random,
  newOrderId: randomUUID,
  journal: new GroupCommit({ commitAll: silent }),
  tokens: { current: () => token, refresh: silent },
  client: { replenish: () => new Promise(silent) },
  onView: silent,
  onReports: silent,
  onStore: silent,
  log: { debug: silent, info: silent, warn: silent, error: silent },
});
pipeline.start();

const compiled = compileLinePattern(String.raw`slot=(?<channel>\w+) raw=(?<value>-?\d+)`);
if (!compiled.ok) throw new Error(compiled.error);
const { pattern } = compiled;
const framer = new TextFramer((line) => {
  const read = parseLine(pattern, line);
  return read.ok ? { kind: 'value', channel: read.channel, raw: read.raw } : { kind: 'bad' };
});
const lines = [500, 501, 499, 502].map((raw) => Buffer.from(`slot=1 raw=${raw}\r\n`));

function read(readings: number): void {
  for (let index = 0; index < readings; index++) {
    const { values } = framer.push(lines[index % lines.length] ?? Buffer.alloc(0));
    for (const { raw } of values) pipeline.take(raw);
  }
}

read(READINGS);
globalThis.gc?.();
const before = process.memoryUsage().heapUsed;
const startedAtMs = performance.now();
read(READINGS);
const elapsedMs = performance.now() - startedAtMs;
const bytes = process.memoryUsage().heapUsed - before;
const cost = {
  bytesPerReading: Math.round(bytes / READINGS),
  microsPerReading: (elapsedMs * 1000) / READINGS,
};
process.stdout.write(`${JSON.stringify(cost)}\n`);
pipeline.stop();
