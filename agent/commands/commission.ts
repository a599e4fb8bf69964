import { existsSync, writeFileSync } from 'node:fs';
import type { Config } from '../../config/config.ts';
import { loadConfig } from '../../config/load.ts';
import { printProblems } from '../../config/print-problems.ts';
import type { Whereabouts } from '../command-line/request.ts';
import { commission as runFlow } from '../commission/commission-flow.ts';
import { type CommissionReport, type Findings, reportText, type Subject } from '../commission/report.ts';
import { agrees, type Person } from '../live/person.ts';
import { personHere } from '../live/person-here.ts';
import { BELIEVABLE_FROM_MS, createClock } from '../system/clock.ts';
import { type Counterpart, counterpartBehind } from './counterpart.ts';
import type { LiveDeps } from './find-live.ts';
import { inForeground } from './foreground.ts';
import { listenForEnd } from './signals.ts';
import { findService } from './surroundings.ts';

export type CommissionRequest = Whereabouts & {
  readonly slot: string;
  readonly isAgreed: boolean;
  readonly isJson: boolean;
  /** Who signs; null to be asked. */
  readonly by: string | null;
  /** Where the report goes as JSON, too; null for nowhere. */
  readonly out: string | null;
};

type Session = {
  readonly request: CommissionRequest;
  readonly deps: LiveDeps;
  readonly person: Person;
  readonly subject: Subject;
};

/** `commission`: proves a slot from full to empty to full with a test order. Returns the exit code. */
export async function commission(
  request: CommissionRequest,
  version: string,
  env: NodeJS.ProcessEnv,
): Promise<number> {
  const person = personHere(env);
  const deps = { version, env, clock: createClock(BELIEVABLE_FROM_MS) };
  const end = (code: 1 | 2 | 78, why: string): number => {
    person.tell(why);
    person.leave();
    return code;
  };
  const loaded = loadConfig(request.config, { credentialsDirectory: env['CREDENTIALS_DIRECTORY'] });
  if (!loaded.ok) return end(78, printProblems(loaded.problems, request.config, loaded.text).join('\n'));
  const subject = subjectOf(loaded.config, request.slot);
  const unfit = subject === null ? noSuchSlot(loaded.config, request) : whyUnfit(loaded.config, request);
  if (subject === null || unfit !== null) return end(1, unfit ?? '');
  if (!request.isAgreed && !person.isThere)
    return end(2, 'An order may cost money. Without a terminal to ask on, say so with --yes.');
  warn(loaded.config, person);
  if (!request.isAgreed && !(await mayGoOn(person))) return end(1, 'Nothing was ordered.');

  const session: Session = { request, deps, person, subject };
  const { clock } = deps;
  const found = await findService(request, env, clock);
  if (found.kind === 'refused') return end(1, found.why);
  let code: number;
  if (found.kind === 'connected') {
    const counterpart = counterpartBehind(found.connection, async () => {
      const again = await findService(request, env, clock);
      return again.kind === 'connected' ? again.connection : null;
    });
    code = await attend(session, counterpart);
  } else {
    person.tell('The service is stopped: the agent runs here until this is over. Ctrl-C ends it.');
    code = await inForeground(request, deps, (counterpart) => attend(session, counterpart));
  }
  person.leave();
  return code;
}

/** Whoever leaves at the question is told, too, where things stand. */
async function mayGoOn(person: Person): Promise<boolean> {
  const signal = listenForEnd();
  const answer = await Promise.race([agrees(person, 'Go on?', false), signal.told]);
  signal.release();
  if (answer === undefined) person.tell('');
  return answer === true;
}

/** The test itself, its report, and a word for whoever leaves before the end. */
async function attend(session: Session, counterpart: Counterpart): Promise<number> {
  const { request, person, deps } = session;
  const { clock } = deps;
  const now = (): string => new Date(clock.wallMs()).toISOString();
  const startedAt = now();
  let stand = '';
  const signal = listenForEnd();
  const options = {
    slot: request.slot,
    counterpart,
    person,
    timing: clock,
    now,
    onStand: (sentence: string) => {
      stand = sentence;
    },
  };
  const findings = await Promise.race([runFlow(options), signal.told.then(() => null)]);
  signal.release();
  if (findings === null) {
    person.tell(`Left before the end. ${stand}`);
    return 1;
  }
  return conclude(session, findings, startedAt, now);
}

async function conclude(
  { request, person, deps, subject }: Session,
  findings: Findings,
  startedAt: string,
  now: () => string,
): Promise<number> {
  if (findings.failure !== null) person.tell(findings.failure);
  const by = request.by ?? (person.isThere ? await person.ask('Your name, for the report: ') : null);
  const report: CommissionReport = {
    ...subject,
    isPassed: findings.failure === null,
    ...findings,
    version: deps.version,
    startedAt,
    endedAt: now(),
    by: by === null || by.trim() === '' ? null : by.trim(),
  };
  const json = `${JSON.stringify(report, null, 2)}\n`;
  process.stdout.write(request.isJson ? json : reportText(report));
  if (request.out !== null) {
    try {
      writeFileSync(request.out, json, { flag: 'wx' });
    } catch (error) {
      const code = error instanceof Error && 'code' in error ? String(error.code) : String(error);
      person.tell(`${request.out} can't be written (${code}): the report above is all there is.`);
      return 1;
    }
  }
  return report.isPassed ? 0 : 1;
}

function subjectOf({ device, slots }: Config, name: string): Subject | null {
  const slot = Object.hasOwn(slots, name) ? slots[name] : undefined;
  if (slot === undefined) return null;
  const { slotId, sensor, calibration } = slot;
  return { device: device.id, slot: name, slotId, sensor, calibration: calibration.points };
}

function noSuchSlot({ slots }: Config, { slot, config }: CommissionRequest): string {
  return `There is no slot "${slot}" in ${config}. It has: ${Object.keys(slots).join(', ')}.`;
}

/** Why a test order can't come of it, or its report go anywhere; null when they can. */
function whyUnfit({ replenish }: Config, { config, out }: CommissionRequest): string | null {
  if (out !== null && existsSync(out))
    return `${out} is there already and is not overwritten. Name another file.`;
  if (replenish.dryRun)
    return `replenish.dryRun is on in ${config}, so nothing would be sent: take it out, reload the service, and start again.`;
  if (replenish.provider !== 'drs')
    return `Test orders exist at Amazon Dash Replenishment only, and replenish.provider in ${config} is ${replenish.provider}.`;
  return null;
}

/** Only the registration of the device, at Amazon, makes an order a test: nothing that could be set here. */
function warn({ replenish }: Config, person: Person): void {
  person.tell(
    'WARNING: this places an order. It is a test order only if the device was REGISTERED at Amazon',
  );
  person.tell(
    'as a test device; else it is a real one (STANDARD_ORDER_PLACED), and the customer pays for it.',
  );
  if (replenish.provider === 'drs' && replenish.registration?.test === false)
    person.tell('By this configuration (replenish.registration.test) it registers as a REAL device.');
}
