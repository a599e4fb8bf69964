import { existsSync } from 'node:fs';
import { setTimeout as sleep } from 'node:timers/promises';
import { expect, onTestFinished } from 'vitest';
import { leaksIn, leaksOnDisk, leaksOnTheWire } from '../end-to-end/leaks.ts';
import { BASE } from '../end-to-end/reports.ts';
import { FULL_RAW, witnessOf } from '../end-to-end/rig-settings.ts';
import { given, Stage, type StageOptions } from '../end-to-end/stage.ts';
import { outputFaults, wireFaults } from '../end-to-end/wire-check.ts';
import { type AgentProcess, type AgentStart, type Exit, startAgent } from './agent-process.ts';

export type RigOptions = StageOptions & {
  readonly program?: string;
  readonly umask?: string;
  /** The test starts the agent itself. */
  readonly isHeldBack?: boolean;
};

const DEADLINE_MS = 30_000;

/** `doctor` looks whether somebody answers, and calls nothing. */
const KNOCK = /^GET \/: /;

/**
 * Broker, DRS, boards and agent, tied together. Ends with the test, whatever becomes of it; a test that went well is
 * then also held to what is true at all times: every message as documented, every request by the letter, a clean stop,
 * no secret and no stack trace in what the agent printed.
 */
export async function startRig(options: RigOptions = {}): Promise<Rig> {
  const rig = new Rig(options);
  onTestFinished(async ({ task }) => {
    await rig.end();
    if (task.result?.state !== 'fail') rig.checkAlways();
  });
  await rig.prepare();
  if (options.isHeldBack === true) return rig;
  rig.startAgent();
  // Before anything is shown: what the agent says first, it says of a sensor that has said nothing.
  if (options.way?.brokerPort === undefined) await rig.untilReported();
  return rig;
}

/** A stage with the agent on it, and the facts to wait for. */
export class Rig extends Stage {
  readonly #options: RigOptions;
  readonly #agents: AgentProcess[] = [];
  readonly #exits: Exit[] = [];
  readonly #leaks: string[] = [];

  constructor(options: RigOptions) {
    super(options);
    this.#options = options;
  }

  /** The agent that was started last. */
  get agent(): AgentProcess {
    return given(this.#agents.at(-1));
  }

  startAgent(change: Partial<AgentStart> = {}): AgentProcess {
    const { program, umask } = this.#options;
    const agent = startAgent({
      words: ['run', '--config', this.configPath, '--state-dir', this.stateDir],
      cwd: this.folder,
      ...(program === undefined ? {} : { program }),
      ...(umask === undefined ? {} : { umask }),
      ...change,
    });
    this.#agents.push(agent);
    return agent;
  }

  /** Ends the agent at this instant, as a power cut does. */
  async killAgent(): Promise<void> {
    await this.agent.end('SIGKILL');
  }

  /** Starts the agent again after it ended, and waits until it has reported every slot anew. */
  async restartAgent(): Promise<void> {
    const before = this.topics.messages.length;
    this.startAgent();
    await this.untilReported(before);
  }

  /** Waits until every slot was reported after so many messages. */
  async untilReported(before = 0): Promise<void> {
    const topics = Object.keys(this.slots).map((slot) => `${BASE}slots/${slot}`);
    await this.until('every slot is reported', () => {
      const reported = new Set(this.topics.messages.slice(before).map(({ topic }) => topic));
      return topics.every((topic) => reported.has(topic));
    });
  }

  /** Shows a level, and waits until the agent reports it. */
  async showUntilSeen(slot: string, percent: number): Promise<void> {
    this.show(slot, percent);
    await this.until(`${slot} is reported at ${percent} %`, () => this.told.slot(slot)?.level === percent);
  }

  /** Shows a level for at least so many readings, and waits until the agent has surely taken each of them in. */
  async linger(slot: string, percent: number, readings = 25): Promise<void> {
    this.show(slot, percent);
    await this.until(`${readings} readings of ${slot} at ${percent} %`, () => {
      return this.boardOf(slot).linesSent(slot) >= readings;
    });
    await this.untilTaken(this.slots[slot]?.board ?? 0);
  }

  /**
   * Waits until the agent has taken in everything that a board has sent so far: a witness on the same wire, always
   * full, turns unbelievable behind it, or believable again.
   */
  async untilTaken(board = 0): Promise<void> {
    const witness = witnessOf(board);
    const wanted = this.told.slot(witness)?.sensor === 'fault' ? 'ok' : 'fault';
    const wire = given(this.boards[board]);
    wire.show(witness, wanted === 'ok' ? FULL_RAW : FULL_RAW + 1);
    await this.until(`${witness} is ${wanted}`, () => this.told.slot(witness)?.sensor === wanted);
    wire.show(witness, null);
  }

  /** Takes a slot from wherever it is to a believed level that is neither low nor full, without an order open. */
  async stock(slot: string, percent = 90): Promise<void> {
    this.show(slot, percent);
    await this.untilPhase(slot, 'stocked');
  }

  async untilPhase(slot: string, standing: string): Promise<void> {
    await this.until(`${slot} is ${standing}`, () => this.told.standing(slot) === standing);
  }

  async untilOutcomes(slot: string, outcomes: readonly string[]): Promise<void> {
    await this.until(
      `${slot} has the outcomes ${outcomes}`,
      () => this.told.outcomes(slot).join() === outcomes.join(),
    );
  }

  /** Waits for a fact. The deadline is only there to end a test that fails. */
  async until(what: string, fact: () => boolean, deadlineMs = DEADLINE_MS): Promise<void> {
    const giveUpAt = performance.now() + deadlineMs;
    while (!fact()) {
      if (performance.now() > giveUpAt) throw new Error(`Not seen: ${what}.\n${this.#story()}`);
      await sleep(5);
    }
  }

  async end(): Promise<void> {
    for (const agent of this.#agents) {
      const isLast = agent === this.#agents.at(-1);
      const wasRunning = agent.isRunning();
      const exit = await Promise.race([agent.end('SIGTERM'), sleep(8_000, null, { ref: false })]);
      if (isLast && wasRunning) this.#exits.push(exit ?? (await agent.end('SIGKILL')));
    }
    this.#leaks.push(...this.leaks());
    await this.clear();
  }

  /** Planted secrets in what the agent printed and published, and in its state directory as it is now. */
  leaks(): string[] {
    const printed = this.#agents.map(({ stdout, stderr }) => stdout + stderr).join('\n');
    return [
      ...leaksIn('its output', printed, this.tokens),
      ...leaksOnTheWire(this.topics.messages, this.tokens),
      ...(existsSync(this.stateDir) ? leaksOnDisk(this.stateDir, this.tokens) : []),
    ];
  }

  /** What every test ends with. */
  checkAlways(): void {
    const knowsRetain = this.#options.oldBrokerUrl === undefined;
    expect(wireFaults(this.topics.messages, knowsRetain)).toEqual([]);
    for (const { stdout, stderr } of this.#agents) expect(outputFaults(stdout, stderr)).toEqual([]);
    expect(this.#leaks).toEqual([]);
    expect(this.sandbox.violations.filter((violation) => !KNOCK.test(violation))).toEqual([]);
    for (const exit of this.#exits) expect(exit).toEqual({ code: 0, signal: null });
  }

  /** What happened, for a person who has to find out why a fact did not come. */
  #story(): string {
    const topics = this.topics.messages.map(({ topic, payload }) => `${topic} ${payload.slice(0, 600)}`);
    const requests = this.sandbox.requests.map(
      ({ at, method, url, fault, answer }) => `${at} ${method} ${url} ${fault ?? ''} -> ${answer?.status}`,
    );
    const printed = this.#agents.flatMap(({ stdout, stderr }) => [stdout, stderr]);
    return [...topics.slice(-60), ...requests.slice(-60), ...printed.map((text) => text.slice(-6_000))].join(
      '\n',
    );
  }
}
