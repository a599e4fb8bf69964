import type { NotificationType } from '../../agent/policy/decision.ts';
import type { SlotRecord } from '../../agent/policy/slot-state.ts';
import type { SlotView } from '../../agent/report/payload.ts';
import type { AgentProcess } from './agent-process.ts';
import type { Broker, Delivery } from './broker.ts';
import { Container } from './container.ts';
import type { Disk } from './disk.ts';
import type { Drs, Order } from './drs.ts';
import type { DrsNetwork, RequestWatcher, TrueAnswer } from './drs-door.ts';
import { DutyWitness } from './duty-witness.ts';
import { TOPICS } from './inbox.ts';
import { aRegisteredDeviceHasAToken } from './invariants/lwa.ts';
import { timersDoNotLeak, tokensAreNotAskedForInALoop, wakesAreBounded } from './invariants/quiet.ts';
import {
  noReportIsLost,
  nothingIsReportedBeforeItIsDurable,
  onlyWhatIsReceivedIsRemoved,
  repeatedReportsAreEqual,
  reportsArriveInOrder,
} from './invariants/reports.ts';
import { judge } from './judge.ts';
import { Ledger } from './ledger.ts';
import type { Life } from './life.ts';
import type { LwaCloud } from './lwa-cloud.ts';
import type { TimerOwner } from './process-clock.ts';
import type { DeviceProfile } from './profile.ts';
import { ProgressWatch } from './progress-watch.ts';
import { HOUR_MS, MINUTE_MS, type Scene } from './scene.ts';
import { Sensor } from './sensor.ts';
import { SlotWitness } from './slot-witness.ts';
import type { ProcessWatcher } from './surroundings.ts';

/** The longest pause between two requests for a token, the requests themselves, and a little. */
const TOKEN_MS_MAX = 20 * MINUTE_MS;

const NONE_FIRED: Readonly<Record<TimerOwner, number>> = { pipeline: 0, tokens: 0, sender: 0, duties: 0 };

/** Sees everything that happens around one device. */
export class DeviceWitness implements ProcessWatcher, RequestWatcher {
  readonly #scene: Scene;
  readonly #disk: Disk;
  readonly #drs: Drs;
  readonly slots: readonly SlotWitness[];
  readonly #ledger = new Ledger();
  readonly #progress = new Map<SlotWitness, ProgressWatch>();
  readonly #phases = new Map<string, string>();
  #life: Life | null = null;
  #hour = 0;
  #firedBefore = NONE_FIRED;
  #tokenRequests = 0;
  #lwa: LwaCloud | null = null;
  #duties: DutyWitness | null = null;

  constructor(scene: Scene, profile: DeviceProfile, disk: Disk, drs: Drs, _broker: Broker) {
    this.#scene = scene;
    this.#disk = disk;
    this.#drs = drs;
    this.slots = profile.slots.map((slot) => {
      const container = new Container(scene, slot);
      return new SlotWitness(scene, disk, slot, container, new Sensor(scene, slot, container));
    });
    scene.describedBy((name) => this.#describe(name));
  }

  watchProgress(network: DrsNetwork): void {
    for (const slot of this.slots)
      this.#progress.set(slot, new ProgressWatch(this.#scene, slot, this.#drs, network));
  }

  watchDuties(isAway: () => boolean): DutyWitness {
    this.#duties = new DutyWitness(this.#scene, this.#drs, this.slots, isAway);
    return this.#duties;
  }

  onStart(life: Life): void {
    this.#life = life;
    this.#firedBefore = NONE_FIRED;
    this.#phases.clear();
    for (const slot of this.slots) slot.onStart();
    this.#duties?.onStart();
    judge(this.#scene, noReportIsLost, this.#ledger.firstMissing(this.#disk.durable));
  }

  onStopping(): void {
    for (const slot of this.slots) slot.isStopping = true;
  }

  onStateLost(): void {
    this.#ledger.forgiveAll();
    for (const slot of this.slots) slot.onLoss();
  }

  look(slot: SlotWitness, process: AgentProcess): void {
    this.#progress.get(slot)?.look(process);
  }

  /** The device asks Login with Amazon itself. */
  watchTokens(lwa: LwaCloud): void {
    this.#lwa = lwa;
  }

  onTokenRequest(): void {
    this.#tokenRequests += 1;
  }

  afterEvent(process: AgentProcess): void {
    const { timers } = process;
    this.#duties?.attend(process);
    judge(this.#scene, timersDoNotLeak, timers, this.slots.length);
    const hour = Math.floor(this.#scene.nowMs / HOUR_MS);
    if (hour === this.#hour) return;
    this.#hour = hour;
    const { fired } = timers;
    const before = this.#firedBefore;
    const inTheHour = {
      pipeline: fired.pipeline - before.pipeline,
      tokens: fired.tokens - before.tokens,
      sender: fired.sender - before.sender,
      duties: fired.duties - before.duties,
    };
    judge(this.#scene, wakesAreBounded, inTheHour, this.slots.length);
    judge(this.#scene, tokensAreNotAskedForInALoop, this.#tokenRequests);
    this.#duties?.look(process);
    if (this.#lwa !== null && !this.#lwa.isClosed) {
      const sinceMs = Math.max(process.startedAtMs, this.#lwa.hinderedAtMs, this.#scene.lastTroubleMs);
      const hasToken = process.tokens.current() !== null;
      judge(this.#scene, aRegisteredDeviceHasAToken, sinceMs, TOKEN_MS_MAX, hasToken, this.#scene.nowMs);
    }
    this.#firedBefore = { ...fired };
    this.#tokenRequests = 0;
  }

  onCommit(name: string, record: SlotRecord, reports: readonly string[]): void {
    const slot = this.slots.find((one) => one.name === name);
    const keys = slot?.onCommit(record, reports) ?? [];
    const added = this.#disk.content.outbox.slice(-keys.length);
    for (const [index, key] of keys.entries()) {
      const event = added[index];
      if (event !== undefined) this.#ledger.add(event, key);
    }
    if (keys.length > 0) this.#ledger.forgiveDropped(this.#disk.content);
  }

  onRemove(sequence: number): void {
    const entry = this.#ledger.findSequence(sequence);
    judge(this.#scene, onlyWhatIsReceivedIsRemoved, entry);
    if (entry !== null) entry.isRemoved = true;
  }

  onDelivery({ topic, payload }: Delivery): void {
    if (topic === TOPICS.tokenRequest) this.#tokenRequests += 1;
    if (!topic.endsWith('/order')) return;
    const { orderId, attempt } = JSON.parse(payload) as { orderId: string; attempt: number };
    const key = `${orderId}/${attempt}`;
    this.#scene.tally.event('reports delivered');
    this.#scene.note(null, 'broker has', key);
    const entry = this.#ledger.find(key);
    judge(this.#scene, nothingIsReportedBeforeItIsDurable, entry, key);
    if (entry === null) return;
    judge(this.#scene, repeatedReportsAreEqual, entry, payload);
    judge(this.#scene, reportsArriveInOrder, this.#ledger, entry);
    entry.receivedAtMs ??= this.#scene.nowMs;
  }

  onLeaves(slotId: string): number {
    this.#scene.tally.event('requests');
    return this.#slotOf(slotId)?.onLeaves() ?? -1;
  }

  onRecorded(slotId: string, ticket: number, order: Order): void {
    this.#slotOf(slotId)?.onRecorded(ticket, order);
  }

  onAnswer(slotId: string, ticket: number, answer: TrueAnswer): void {
    this.#slotOf(slotId)?.onAnswer(ticket, answer);
  }

  onTold(name: string, type: NotificationType, instanceId: string | null): void {
    const life = this.#life;
    const troubleMs = this.#scene.lastTroubleMs;
    this.#slotNamed(name)?.onTold(type, instanceId, () => {
      return life?.isOver === false && this.#scene.lastTroubleMs === troubleMs;
    });
  }

  onSubscription(name: string): void {
    this.#slotNamed(name)?.onSubscription();
  }

  onView(slot: string, view: SlotView): void {
    const phase = view.reason === null ? view.phase : `${view.phase} (${view.reason})`;
    if (this.#phases.get(slot) !== phase) this.#scene.note(slot, 'phase:', phase);
    this.#phases.set(slot, phase);
  }

  #slotOf(slotId: string): SlotWitness | undefined {
    return this.slots.find(({ profile }) => profile.settings.limits.slotId === slotId);
  }

  #slotNamed(name: string): SlotWitness | undefined {
    return this.slots.find((slot) => slot.name === name);
  }

  #describe(name: string | null): string {
    return this.slots
      .filter((slot) => name === null || slot.name === name)
      .map((slot) => {
        const phase = this.#phases.get(slot.name) ?? 'off';
        return `${slot.container.percent().toFixed(1)} % ${phase}, filling ${slot.container.filling}`;
      })
      .join(' | ');
  }
}
