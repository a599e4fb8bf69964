import { contextOf, SpareOrderId } from './decision-context.ts';
import type { UsageHistory } from './forecast/usage.ts';
import { type SensorHealth, stuckAtMs } from './level/sensor-health.ts';
import { type LevelState, letAge, NOTHING_READ, staleAtMs, takeReading } from './level/settle.ts';
import type { Pipeline, PipelineDeps } from './pipeline-contract.ts';
import { NOT_DURABLE, STOPPING } from './pipeline-replies.ts';
import { decide } from './policy/decide.ts';
import type { ByHand, Context, Decision, Reply, SlotEvent, SlotState, Step } from './policy/decision.ts';
import type { SlotRecord } from './policy/slot-state.ts';
import { takeUneventful } from './policy/uneventful.ts';
import { keepUnheard } from './policy/unheard.ts';
import { NOTHING_SEEN } from './policy/watch.ts';
import type { AccessToken } from './replenish/access-token.ts';
import { logOutcome } from './report/log-outcome.ts';
import { orderPayload, type SlotView } from './report/payload.ts';
import { SlotReporter } from './report/slot-reporter.ts';
import { slotView } from './report/slot-view.ts';
import type { SlotSettings } from './settings.ts';
import { PatientCommit } from './store/patient-commit.ts';
import { Alarm } from './system/alarm.ts';

/**
 * The flow of one slot: reading -> level -> policy -> durable -> perform -> report.
 * It owns the slot's state and its one timer, and decides nothing itself. A decision whose record can't be made
 * durable is dropped whole: nothing is sent or reported on the strength of it.
 */
export function createPipeline(settings: SlotSettings, record: SlotRecord, deps: PipelineDeps): Pipeline {
  return new SlotPipeline(settings, record, deps);
}

class SlotPipeline implements Pipeline {
  readonly #settings: SlotSettings;
  readonly #deps: PipelineDeps;
  readonly #journal: PatientCommit;
  readonly #alarm: Alarm;
  readonly #reporter: SlotReporter;
  readonly #bootId: string;
  readonly #spareOrderId: SpareOrderId;
  readonly #draw = (): SlotView => this.view();
  #level: LevelState = NOTHING_READ;
  #state: SlotState;
  #decisionWakeAtMs: number | null = null;
  /** Events that must not be lost although the disk refused what came of them, oldest first. */
  #unheard: readonly SlotEvent[] = [];
  #request: Promise<void> | null = null;
  #isDraining = false;
  #isStopped = false;

  constructor(settings: SlotSettings, record: SlotRecord, deps: PipelineDeps) {
    this.#settings = settings;
    this.#deps = deps;
    this.#journal = new PatientCommit(settings.name, deps.journal, deps.onStore);
    this.#reporter = new SlotReporter(settings, deps);
    this.#alarm = new Alarm(deps.clock, () => this.#wake());
    this.#spareOrderId = new SpareOrderId(deps.newOrderId);
    this.#bootId = deps.clock.instant().bootId;
    this.#state = { record, watch: NOTHING_SEEN, usage: record.usage, subscribed: null };
  }

  start(): void {
    this.#handle({ kind: 'started' });
  }

  take(raw: number, takenAtMs = this.#deps.clock.nowMs()): void {
    this.#journal.settle();
    const before = this.#level.level;
    const taken = takeReading(this.#settings.level, this.#level, raw, takenAtMs);
    this.#level = taken.state;
    const { level } = taken.state;
    if (level.kind === 'unknown' && level !== before) this.#handle({ kind: 'unknown', cause: level.cause });
    else if (level.kind === 'unknown' || !taken.counts) this.#schedule();
    else if (taken.isAtRest) this.#takeLevel(level.percent, takenAtMs);
    else this.#handle({ kind: 'restless', percent: level.percent });
  }

  tokenChanged(): void {
    this.#handle({ kind: 'token' });
  }

  hear(event: SlotEvent): void {
    this.#handle(event);
  }

  hearByHand(event: ByHand): Reply {
    if (this.#isStopped || this.#isDraining) return STOPPING;
    let reply: Reply | null = null;
    this.#handle(event, (answer) => {
      reply = answer;
    });
    this.#journal.settle();
    return reply ?? NOT_DURABLE;
  }

  view(): SlotView {
    const context = this.#context(this.#deps.tokens.current(), 0);
    return slotView(this.#state, this.#level, this.#settings.level, this.#settings.limits, context);
  }

  usage(): UsageHistory {
    return this.#state.usage;
  }

  sensorHealth(): SensorHealth {
    return this.#level.health;
  }

  async drain(): Promise<void> {
    this.#isDraining = true;
    await this.#request;
  }

  stop(): void {
    this.#journal.settle();
    const { record, usage } = this.#state;
    // What was learned since the last turning point; the one write that no order asks for.
    if (usage !== record.usage)
      this.#journal.commit(this.#durable(this.#state), [], this.#deps.clock.nowMs(), () => undefined);
    this.#journal.settle();
    this.#isStopped = true;
    this.#alarm.stop();
  }

  #takeLevel(percent: number, takenAtMs: number): void {
    const moment = { bootId: this.#bootId, nowMs: Math.round(takenAtMs) };
    const next = this.#isStopped ? null : takeUneventful(this.#state, percent, this.#settings.limits, moment);
    if (next === null) this.#handle({ kind: 'level', percent });
    else {
      [this.#state, this.#decisionWakeAtMs] = [next, null];
      this.#show(takenAtMs);
    }
  }

  /** level -> policy -> durable -> perform -> report, for one event. `answer` is for whoever asked, once it is durable. */
  #handle(event: SlotEvent, answer: (reply: Reply | null) => void = noAnswer): void {
    // An answer that comes after a stop belongs to whoever takes the record up next: to them it is in doubt.
    if (this.#isStopped) return;
    this.#journal.settle();
    const token = this.#isDraining ? null : this.#deps.tokens.current();
    const decision = decide(
      this.#state,
      event,
      this.#settings.limits,
      this.#context(token, this.#deps.random()),
    );
    const settle = (isDurable: boolean): void => {
      if (isDurable) this.#accept(decision, event, token);
      else this.#refuse(decision, event);
      this.#show(this.#deps.clock.nowMs());
      if (isDurable) answer(decision.reply);
    };
    const { record } = decision.state;
    if (record === this.#state.record) {
      settle(true);
      return;
    }
    // Journal first: nothing of the decision may happen before it is durable.
    const reports = decision.steps.flatMap((step) =>
      step.kind === 'report' ? [orderPayload(step.event)] : [],
    );
    this.#journal.commit(this.#durable(decision.state), reports, this.#deps.clock.nowMs(), (isDurable) => {
      if (isDurable && reports.length > 0) this.#deps.onReports();
      settle(isDurable);
    });
  }

  #accept(decision: Decision, event: SlotEvent, token: AccessToken | null): void {
    if (this.#unheard.length > 0) this.#unheard = this.#unheard.filter((unheard) => unheard !== event);
    this.#state = decision.state;
    this.#decisionWakeAtMs = decision.wakeAtMs;
    this.#spareOrderId.spend(this.#state.record.depletion?.orderId);
    for (const step of decision.steps) this.#perform(step, token);
  }

  #refuse(decision: Decision, event: SlotEvent): void {
    this.#unheard = keepUnheard(this.#unheard, event);
    // What was seen is still true; only what was to be done about it has to wait.
    this.#state = { ...decision.state, record: this.#state.record };
    this.#decisionWakeAtMs = this.#journal.againAtMs;
  }

  #durable({ record, usage }: SlotState): SlotRecord {
    return { ...record, usage, slotId: this.#settings.limits.slotId };
  }

  #perform(step: Step, token: AccessToken | null): void {
    switch (step.kind) {
      case 'send':
        if (token === null) throw new Error('The policy sent a request without a token.');
        this.#request = this.#send(step, token);
        return;
      case 'report':
        logOutcome(this.#deps.log, this.#settings.name, step.event);
        return;
      case 'refresh-token':
        // In a tick of its own: the answer may be at hand at once, and must find this decision finished.
        queueMicrotask(() => this.#deps.tokens.refresh(step.rejectedFingerprint));
        return;
    }
  }

  async #send(step: Extract<Step, { kind: 'send' }>, token: AccessToken): Promise<void> {
    const { orderId, attempt, slotId } = step;
    const outcome = await this.#deps.client.replenish(slotId, token.text);
    this.#request = null;
    this.#handle({ kind: 'outcome', orderId, attempt, outcome });
  }

  #show(nowMs: number): void {
    this.#reporter.offer({ state: this.#state, level: this.#level }, this.#draw, nowMs);
    this.#schedule();
  }

  #schedule(): void {
    this.#alarm.ringBy(this.#decisionWakeAtMs);
    this.#alarm.ringBy(staleAtMs(this.#settings.level, this.#level));
    this.#alarm.ringBy(this.#stuckAtMs());
    this.#alarm.ringBy(this.#reporter.dueAtMs);
    if (this.#unheard.length > 0) this.#alarm.ringBy(this.#journal.againAtMs);
  }

  /** Once only: past it, the warning stands. */
  #stuckAtMs(): number | null {
    const atMs = stuckAtMs(this.#level.health, this.#settings.level.stuckAfterMs);
    return atMs !== null && atMs > this.#deps.clock.nowMs() ? atMs : null;
  }

  #wake(): void {
    const before = this.#level.level;
    this.#level = letAge(this.#settings.level, this.#level, this.#deps.clock.nowMs());
    const { level } = this.#level;
    if (level.kind === 'unknown' && level !== before) this.#handle({ kind: 'unknown', cause: level.cause });
    for (const event of this.#unheard) this.#handle(event);
    this.#handle({ kind: 'wake' });
  }

  #context(token: AccessToken | null, jitter: number): Context {
    return contextOf({ now: this.#deps.clock.instant(), jitter }, token, this.#spareOrderId);
  }
}

function noAnswer(): void {
  // Nobody asked.
}
