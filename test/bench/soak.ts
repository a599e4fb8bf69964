import { setTimeout as sleep } from 'node:timers/promises';
import { parseArgs } from 'node:util';
import { frame, untilOnline } from './measures.ts';
import { cpuMsOf, handlesOf, memoryOf } from './process-facts.ts';
import { startSubject } from './subject.ts';
import { World } from './world.ts';

const USAGE = `npm run soak -- --hours N [--every SECONDS] [--flags="V8 FLAGS"]

Runs the built agent for N hours (0.05 is a look) on a real serial device, broker and HTTPS, with faults: orders, an
unplugged board, garbage, a broker that restarts. Prints memory and open handles, and at the end by how much they grew.
Without the flags that the service has, V8's young space grows for an hour before it has found its size.
`;

type Point = { readonly hours: number; readonly rssMb: number; readonly handles: number };

/** Growth by the line that fits best, per hour. */
function slope(points: readonly Point[], of: (point: Point) => number): number {
  const mean = (values: readonly number[]): number => values.reduce((a, b) => a + b, 0) / values.length;
  const x = mean(points.map(({ hours }) => hours));
  const y = mean(points.map(of));
  const over = points.reduce((sum, point) => sum + (point.hours - x) * (of(point) - y), 0);
  const under = points.reduce((sum, point) => sum + (point.hours - x) ** 2, 0);
  return under === 0 ? 0 : over / under;
}

async function soak(hours: number, everyS: number, flags: readonly string[]): Promise<number> {
  const world = await World.open();
  const layout = { ports: [world.openPort('soak')], slotsPerPort: 4 };
  const [subject] = await untilOnline(world, () => startSubject('ours', world, layout, flags));
  const startedAtMs = performance.now();
  const points: Point[] = [];
  const passed = (): number => (performance.now() - startedAtMs) / 3_600_000;
  for (let round = 1; passed() < hours; round++) {
    await sickPeriod(world, layout, round, everyS * 1000);
    const { rssMb, anonymousMb } = memoryOf(subject.pid);
    const handles = handlesOf(subject.pid);
    points.push({ hours: passed(), rssMb, handles });
    const cpuS = cpuMsOf(subject.pid) / 1000;
    process.stdout.write(
      `${passed().toFixed(3)} h: RSS ${rssMb.toFixed(1)} MB, anonymous ${anonymousMb.toFixed(1)} MB, ${handles} handles, ${world.posts} orders, CPU ${cpuS.toFixed(1)} s\n`,
    );
  }
  // The first quarter is warming up: code is compiled, buffers find their size.
  const settled = points.slice(Math.floor(points.length / 4));
  process.stdout.write(
    `Growth per hour: RSS ${slope(settled, ({ rssMb }) => rssMb).toFixed(2)} MB, handles ${slope(settled, ({ handles }) => handles).toFixed(2)}\n`,
  );
  await subject.end();
  await world.close();
  return 0;
}

/** Readings all the time, with an order, and one fault, in turns. */
async function sickPeriod(
  world: World,
  layout: { readonly ports: ReturnType<World['openPort']>[]; readonly slotsPerPort: number },
  round: number,
  forMs: number,
): Promise<void> {
  const endsAtMs = performance.now() + forMs;
  const [port] = layout.ports;
  if (round % 3 === 1) port?.write(Buffer.from([0, 255, 13, 10, 128]));
  if (round % 3 === 2) {
    port?.unplug();
    await sleep(200);
    layout.ports[0] = world.openPort('soak');
  }
  if (round % 3 === 0) await world.broker.restart();
  for (let sent = 0; performance.now() < endsAtMs; sent++) {
    const isLow = sent % 100 >= 90;
    for (let slot = 0; slot < layout.slotsPerPort; slot++)
      layout.ports[0]?.write(frame(slot, isLow ? 10 : 70));
    await sleep(50);
  }
}

const { values } = parseArgs({
  options: {
    hours: { type: 'string' },
    every: { type: 'string' },
    flags: { type: 'string' },
    help: { type: 'boolean' },
  },
});
const hours = Number(values.hours);
if (values.help === true || !(hours > 0)) {
  process.stdout.write(USAGE);
  process.exit(values.help === true ? 0 : 2);
}
process.exit(await soak(hours, Number(values.every ?? 30), values.flags?.split(' ') ?? []));
