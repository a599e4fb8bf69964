import { readOptions, type SimulationRequest, USAGE } from './options.ts';
import { DAYS_PER_DEVICE, simulateDevice } from './simulate.ts';
import { findingLines, summaryLines } from './summary.ts';
import { sum, Tally } from './tally.ts';

const PROGRESS_EVERY_MS = 2_000;

/** The long run: progress while it lasts, the first broken promise with its timeline, a verdict at the end. */
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

async function run({
  seed,
  devices,
  hardships,
}: Extract<SimulationRequest, { kind: 'run' }>): Promise<number> {
  const tally = new Tally();
  const begunMs = performance.now();
  const extra = [...hardships].map((name) => `--with ${name}`);
  let shownMs = begunMs;
  for (let device = devices.first; device < devices.first + devices.count; device++) {
    const finding = await simulateDevice(seed, device, tally, { hardships });
    const nowMs = performance.now();
    if (finding !== null) {
      print([...findingLines(finding, extra), '', ...summaryLines(tally, seed, (nowMs - begunMs) / 1000)]);
      print([`FAILED: seed ${seed} breaks ${finding.invariant} on device ${device}.`]);
      return 1;
    }
    if (nowMs - shownMs < PROGRESS_EVERY_MS) continue;
    shownMs = nowMs;
    const perS = tally.deviceDays / ((nowMs - begunMs) / 1000);
    print([
      `${tally.deviceDays} of ${devices.count * DAYS_PER_DEVICE} days, ${perS.toFixed(0)} a second, ${sum(tally.faults)} faults, ${sum(tally.checks)} checks`,
    ]);
  }
  print(summaryLines(tally, seed, (performance.now() - begunMs) / 1000));
  print([`ok: seed ${seed} kept every promise for ${tally.deviceDays} device-days.`]);
  return 0;
}

function print(lines: readonly string[]): void {
  process.stdout.write(`${lines.join('\n')}\n`);
}

process.exitCode = await main(process.argv.slice(2));
