import { dirname, resolve } from 'node:path';
import { checkConfig } from '../../config/check.ts';
import { loadConfig } from '../../config/load.ts';
import { printProblems } from '../../config/print-problems.ts';
import { withCalibration } from '../../config/with-calibration.ts';
import type { CalibrateWords } from '../calibration/calibrate-words.ts';
import { calibrationEntry } from '../calibration/calibration-entry.ts';
import { isRising, type MeasuredPoint, whyNoCalibration } from '../calibration/judge-points.ts';
import { lineDiff } from '../calibration/line-diff.ts';
import type { Whereabouts } from '../command-line/request.ts';
import type { LiveSource } from '../live/live-source.ts';
import { measurePoints, missingPercents } from '../live/measure-points.ts';
import { agrees, type Person } from '../live/person.ts';
import { personHere } from '../live/person-here.ts';
import { BELIEVABLE_FROM_MS, createClock } from '../system/clock.ts';
import { findLive, type LiveDeps } from './find-live.ts';
import { createOrderHold, type OrderHold } from './order-hold.ts';
import { nowInForce, replaceConfig } from './put-in-force.ts';
import { listenForEnd } from './signals.ts';

export type CalibrateRequest = Whereabouts & CalibrateWords;

type Session = {
  readonly request: CalibrateRequest;
  readonly deps: LiveDeps;
  readonly person: Person;
  readonly hold: OrderHold;
};

/** An end before anything was written. */
type GivenUp = { readonly code: 1 | 2 | 78; readonly why: string };

/** What is to be written, and in place of what. */
type Plan = {
  readonly before: string;
  readonly after: string;
  readonly points: readonly MeasuredPoint[];
  /** Whether a person has measured, and may be asked. */
  readonly isMeasured: boolean;
};

/** Distances shrink as a container fills: of these drivers a lower value for more is what one expects. */
const DISTANCE_DRIVERS: readonly string[] = ['ultrasonic', 'lidar'];

/** `calibrate`: measures, judges, writes into the configuration and puts it in force. Returns the exit code. */
export async function calibrate(
  request: CalibrateRequest,
  version: string,
  env: NodeJS.ProcessEnv,
): Promise<number> {
  const person = personHere(env);
  const signal = listenForEnd();
  const deps = { version, env, clock: createClock(BELIEVABLE_FROM_MS) };
  const stopped = signal.told.then((): GivenUp => {
    return { code: 1, why: `Stopped. ${request.config} is as it was.` };
  });
  const session = { request, deps, person, hold: createOrderHold(request, deps) };
  const plan = await Promise.race([makePlan(session), stopped]);
  signal.release();
  const end = 'why' in plan ? plan : await carryOut(plan, session);
  // Not before the new calibration is in force: by the old one the slot may look low.
  await session.hold.release();
  if (typeof end !== 'number') person.tell(end.why);
  person.leave();
  return typeof end === 'number' ? end : end.code;
}

/** Everything up to the moment of writing. */
async function makePlan(session: Session): Promise<Plan | GivenUp> {
  const { request, deps, person } = session;
  const { config: path, slot: name, given } = request;
  const credentials = deps.env['CREDENTIALS_DIRECTORY'];
  const loaded = loadConfig(path, { credentialsDirectory: credentials });
  if (!loaded.ok) return { code: 78, why: printProblems(loaded.problems, path, loaded.text).join('\n') };
  const { config, text } = loaded;
  const slot = Object.hasOwn(config.slots, name) ? config.slots[name] : undefined;
  if (slot === undefined || text === null) {
    const names = Object.keys(config.slots).join(', ');
    return { code: 1, why: `There is no slot "${name}" in ${path}. It has: ${names}.` };
  }
  const known = given.map((point): MeasuredPoint => ({ ...point, spread: null }));
  const measured = await measure(session, slot.sentinels);
  if ('why' in measured) return measured;
  const points = [...known, ...measured];
  const why = whyNoCalibration(points, slot);
  if (why !== null) return { code: 1, why: `${why} ${path} is as it was.` };

  const driver = config.hardware[slot.sensor.from]?.driver ?? '';
  const isExpected = isRising(points) !== DISTANCE_DRIVERS.includes(driver);
  if (!isExpected && !request.isInverted) {
    const question = `The raw value ${isRising(points) ? 'grows' : 'shrinks'} as the container fills, which is unusual for ${driver}. Is that right?`;
    if (!person.isThere)
      return { code: 2, why: `${question} Then add --inverted. Else exchange the values.` };
    if (!(await agrees(person, question, false))) return { code: 1, why: `${path} is as it was.` };
  }
  const after = withCalibration(text, name, calibrationEntry(points));
  if (after === null) {
    return {
      code: 1,
      why: `The calibration of ${name} is shared with another setting by an anchor (&) in ${path}: write it out for each slot, then type the command again.`,
    };
  }
  const folder = dirname(resolve(path));
  const checked = checkConfig(after, { config: folder, credentials: credentials || null });
  if (!checked.ok) {
    const mistakes = printProblems(checked.problems, path, after).join('\n');
    return { code: 1, why: `${path} is as it was: with these values it would not pass check.\n${mistakes}` };
  }
  return { before: text, after, points, isMeasured: measured.length > 0 };
}

async function measure(
  { request, deps, person, hold }: Session,
  sentinels: readonly number[],
): Promise<readonly MeasuredPoint[] | GivenUp> {
  const percents = missingPercents(request);
  if (percents.length === 0) return [];
  if (!person.isThere) {
    const why = 'Measuring needs a person at a terminal. Without one, give --empty RAW and --full RAW.';
    return { code: 2, why };
  }
  const found = await findLive(request, deps);
  if (found.kind !== 'live') return { code: found.kind === 'failed' ? found.code : 1, why: found.why };
  const { source } = found;
  try {
    const why = source.kind === 'service' ? await holdOrders(source, request.slot, hold) : null;
    if (why !== null) return { code: 1, why: `${why} ${request.config} is as it was.` };
    const options = { source, slot: request.slot, sentinels, person, timing: deps.clock };
    const measured = await measurePoints(options, percents);
    return measured.kind === 'measured'
      ? measured.points
      : { code: 1, why: `${measured.why} ${request.config} is as it was.` };
  } finally {
    await source.close();
  }
}

/** An emptied container is no depletion. Whoever snoozed the slot already has the last word on when that ends. */
async function holdOrders(source: LiveSource, slot: string, hold: OrderHold): Promise<string | null> {
  const frame = await source.next(0);
  if (typeof frame === 'string') return frame;
  const isSnoozed = Object.hasOwn(frame.slots, slot) && frame.slots[slot]?.snoozedUntil !== null;
  const why = isSnoozed ? null : await hold.take();
  return why === null ? null : `The service can't be told to order nothing meanwhile: ${why}`;
}

async function carryOut(
  { before, after, points, isMeasured }: Plan,
  { request, deps, person }: Session,
): Promise<number | GivenUp> {
  const { config: path, slot, isJson } = request;
  const changes = lineDiff(before, after);
  for (const line of changes) person.tell(line);
  if (changes.length > 0) {
    if (isMeasured && !(await agrees(person, `Write this into ${path}?`, true)))
      return { code: 1, why: `${path} is as it was.` };
    const why = replaceConfig(path, before, after);
    if (why !== null) return { code: 1, why };
  }
  person.tell(changes.length === 0 ? `${path} says so already.` : `${path} is written.`);
  const { reload, level, raw } = await nowInForce(request, deps);
  if (reload === null) person.tell('The service is stopped: it reads the file when it starts.');
  else person.tell(reload.message);
  if (level !== null) person.tell(`${slot} is at ${level} % now (raw ${raw}).`);
  if (isJson) {
    const result = { slot, config: resolve(path), points, changes, reload, level, raw };
    process.stdout.write(`${JSON.stringify(result, null, 2)}\n`);
  }
  return reload === null || reload.ok ? 0 : 1;
}
