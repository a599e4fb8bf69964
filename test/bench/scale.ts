import { setTimeout as sleep } from 'node:timers/promises';
import { memory, quantile, steady, untilOnline } from './measures.ts';
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
const SETTLE_MS = 1_500;

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
  forMs: number,
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
    const rss: number[] = [];
    const cpu: number[] = [];
    for (let time = 0; time < TIMES; time++) {
      const [subject] = await untilOnline(world, () => startSubject('ours', world, layout, flags));
      await sleep(SETTLE_MS);
      const perSlotMs = (slots * 1000) / FRAMES_PER_S;
      await steady(world, subject, { ...layout, perSlotMs, forMs: perSlotMs * 2 });
      const { cpuSPerHour } = await steady(world, subject, { ...layout, perSlotMs, forMs });
      cpu.push((cpuSPerHour / 3600 / FRAMES_PER_S) * 1000 * 1000);
      rss.push(memory(subject)[0]?.value ?? Number.NaN);
      await subject.end();
    }
    sizes.push({ slots, rssMb: quantile(rss, 0.5), cpuMsPer1000: quantile(cpu, 0.5) });
    say(`${slots} slots on ${ports} ports`);
  }
  const lines = sizes.map(
    ({ slots, rssMb, cpuMsPer1000 }) => `| ${slots} | ${rssMb.toFixed(1)} | ${cpuMsPer1000.toFixed(0)} |`,
  );
  const head = ['| slots | RSS, MB | CPU, ms for 1000 readings |', '|---|---|---|'];
  return { sizes, markdown: [...head, ...lines].join('\n') };
}
