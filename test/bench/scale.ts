import { memory, quantile, untilOnline } from './measures.ts';
import { cpuMsOf } from './process-facts.ts';
import { feed, framesOf, type RunningPlan } from './running-cost.ts';
import { startSubject } from './subject.ts';
import type { World } from './world.ts';

/** Ports and slots on each of them. */
const SIZES = [
  { ports: 1, slotsPerPort: 1 },
  { ports: 4, slotsPerPort: 4 },
  { ports: 16, slotsPerPort: 16 },
] as const;

/** Frames a second over all slots: the same work, whatever the number of slots. */
const FRAMES_PER_S = 100;
const TIMES = 3;

export type Scale = {
  readonly sizes: readonly {
    readonly slots: number;
    readonly rssMb: number;
    readonly cpuMsPer1000: number;
  }[];
  readonly markdown: string;
};

/** What many slots cost the agent: memory, and time for each reading. */
export async function scaleOf(
  world: World,
  { settleMs, busyMs }: Pick<RunningPlan, 'settleMs' | 'busyMs'>,
  flags: readonly string[],
  say: (line: string) => void,
): Promise<Scale> {
  const sizes: { slots: number; rssMb: number; cpuMsPer1000: number }[] = [];
  for (const { ports, slotsPerPort } of SIZES) {
    const slots = ports * slotsPerPort;
    const layout = {
      ports: Array.from({ length: ports }, (_, index) => world.openPort(`scale${slots}-${index}`)),
      slotsPerPort,
    };
    const load = { layout, perSlotMs: (slots * 1000) / FRAMES_PER_S };
    const [subject] = await untilOnline(world, () => startSubject('ours', world, layout, flags));
    // Each slot twice at the least: what it is used for is known by then.
    await feed([load], Math.max(settleMs, 2 * load.perSlotMs));
    const cpuMsPer1000: number[] = [];
    for (let time = 0; time < TIMES; time++) {
      const before = cpuMsOf(subject.pid);
      await feed([load], busyMs);
      cpuMsPer1000.push(((cpuMsOf(subject.pid) - before) / framesOf(load, busyMs)) * 1000);
    }
    const rssMb = memory(subject)[0]?.value ?? Number.NaN;
    sizes.push({ slots, rssMb, cpuMsPer1000: quantile(cpuMsPer1000, 0.5) });
    await subject.end();
    say(`${slots} slots on ${ports} ports`);
  }
  const lines = sizes.map(
    ({ slots, rssMb, cpuMsPer1000 }) => `| ${slots} | ${rssMb.toFixed(1)} | ${cpuMsPer1000.toFixed(0)} |`,
  );
  const head = ['| slots | RSS, MB | CPU, ms for 1000 readings |', '|---|---|---|'];
  return { sizes, markdown: [...head, ...lines].join('\n') };
}
