import { execFileSync } from 'node:child_process';
import { existsSync, mkdtempSync, writeFileSync } from 'node:fs';
import { cpus, release, tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { parseArgs } from 'node:util';
import { flood, frame, memory, reactions, type Sample, untilOnline } from './measures.ts';
import { type RunningPlan, runningCosts } from './running-cost.ts';
import { scaleOf } from './scale.ts';
import { installedSizes } from './sizes.ts';
import { BUNDLE, type Layout, SUBJECTS, type SubjectName, slotsOf, startSubject } from './subject.ts';
import { figuresOf, type Measured, markdownOf } from './table.ts';
import { World } from './world.ts';

const USAGE = `npm run bench:perf -- [--quick] [--rounds N] [--flags "V8 FLAGS"]

Measures the built agent beside a floor and the usual libraries, all doing the same job on real serial devices, a real
broker and HTTPS, in turns. Only the ratios tell something about another machine. About an hour, or as many of its 7
rounds as you ask for; --quick about 3 minutes.
`;

/** How much of everything: for figures to keep, or for a look. */
const FULL: Plan = {
  rounds: 7,
  starts: 5,
  settleMs: 100_000,
  quietMs: 80_000,
  busyMs: 15_000,
  busyTurns: 5,
  crossings: 200,
  floodMs: 5_000,
};
const QUICK: Plan = {
  rounds: 2,
  starts: 3,
  settleMs: 4_000,
  quietMs: 6_000,
  busyMs: 4_000,
  busyTurns: 2,
  crossings: 25,
  floodMs: 1_500,
};

/** Time for what a start leaves behind: first reports, a first collection of garbage. */
const FIRST_REPORTS_MS = 1_500;

function say(line: string): void {
  process.stderr.write(`${line}\n`);
}

/** Only root may; then a start reads everything from the disk again. */
function dropPageCache(): boolean {
  try {
    execFileSync('sync');
    writeFileSync('/proc/sys/vm/drop_caches', '1');
    return true;
  } catch {
    return false;
  }
}

async function run(words: readonly string[]): Promise<number> {
  const { values } = parseArgs({
    args: [...words],
    options: {
      quick: { type: 'boolean' },
      rounds: { type: 'string' },
      flags: { type: 'string' },
      help: { type: 'boolean' },
    },
  });
  if (values.help === true) {
    process.stdout.write(USAGE);
    return 0;
  }
  if (!existsSync(BUNDLE)) {
    say('There is no dist/replenish-agent.mjs: type npm run build first.');
    return 1;
  }
  const usual = values.quick === true ? QUICK : FULL;
  const rounds = values.rounds === undefined ? usual.rounds : Number(values.rounds);
  if (!Number.isSafeInteger(rounds) || rounds < 1) {
    say('--rounds is a number from 1 on.');
    return 2;
  }
  const plan = { ...usual, rounds };
  const flags = values.flags?.split(' ') ?? [];
  const world = await World.open();
  const four: Layout = { ports: [world.openPort('four')], slotsPerPort: 4 };
  const measured: Measured[] = [];
  const keep = (subject: SubjectName, samples: readonly Sample[]): void => {
    measured.push({ subject, samples });
  };
  const flagsOf = (name: SubjectName): readonly string[] => (name === 'ours' ? flags : []);

  for (let round = 1; round <= plan.rounds; round++) {
    for (let start = 0; start < plan.starts; start++) {
      for (const name of SUBJECTS) {
        const [subject, samples] = await untilOnline(world, () =>
          startSubject(name, world, four, flagsOf(name)),
        );
        keep(name, samples);
        await subject.end();
      }
    }
    say(`round ${round} of ${plan.rounds}: ${plan.starts} starts of each`);
    for (const name of SUBJECTS) {
      if (!dropPageCache()) break;
      const [subject, [sample]] = await untilOnline(world, () =>
        startSubject(name, world, four, flagsOf(name)),
      );
      keep(name, [{ row: 'start to `online`, page cache dropped, ms', value: sample?.value ?? Number.NaN }]);
      await subject.end();
    }
    for (const name of SUBJECTS) {
      keep(name, await life(name, world, four, plan, flagsOf(name)));
      say(`round ${round} of ${plan.rounds}: ${name} has ordered and was flooded`);
    }
    say(`round ${round} of ${plan.rounds}: what running costs`);
    measured.push(...(await runningCosts(world, plan, flagsOf, say)));
  }
  const scale = await scaleOf(world, plan, flags, say);
  await world.close();

  const figures = figuresOf(measured);
  const sizes = installedSizes();
  const machine = `${cpus().length} x ${cpus()[0]?.model ?? 'unknown'}, Linux ${release()}, Node ${process.versions.node}`;
  const file = join(mkdtempSync(join(tmpdir(), 'bench-perf-')), 'figures.json');
  writeFileSync(file, `${JSON.stringify({ machine, flags, plan, figures, scale, sizes }, null, 2)}\n`);
  process.stdout.write(
    `${machine}\n\n${markdownOf(figures)}\n\n${scale.markdown}\n\n${sizes.sentence}\n\n${file}\n`,
  );
  return 0;
}

type Plan = RunningPlan & {
  readonly rounds: number;
  readonly starts: number;
  readonly crossings: number;
  readonly floodMs: number;
};

/** One process from its start through orders and a flood. */
async function life(
  name: SubjectName,
  world: World,
  layout: Layout,
  plan: Plan,
  flags: readonly string[],
): Promise<Sample[]> {
  const [subject] = await untilOnline(world, () => startSubject(name, world, layout, flags));
  const [port] = layout.ports;
  if (port === undefined) throw new Error('A life needs a port.');
  await sleep(FIRST_REPORTS_MS);
  for (let warm = 0; warm < 10; warm++)
    for (const slot of slotsOf(layout, 0)) {
      port.write(frame(slot, 70));
      await sleep(20);
    }
  const samples = [...memory(subject)];
  samples.push(
    ...(await reactions(world, subject, port, plan.crossings)),
    ...(await flood(subject, port, plan.floodMs)),
  );
  await subject.end();
  return samples;
}

process.exit(await run(process.argv.slice(2)));
