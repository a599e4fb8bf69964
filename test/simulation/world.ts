import { AgentProcess } from './agent-process.ts';
import { Board } from './board.ts';
import { Broker } from './broker.ts';
import type { Chance } from './chance.ts';
import { DeviceWitness } from './device-witness.ts';
import { Disk } from './disk.ts';
import { Drs } from './drs.ts';
import { DrsNetwork } from './drs-door.ts';
import { DutyNetwork } from './duty-door.ts';
import { type AskSlot, Hands } from './hands.ts';
import { Household } from './household.ts';
import { TOPICS } from './inbox.ts';
import { Life } from './life.ts';
import { LwaCloud } from './lwa-cloud.ts';
import type { LwaWorld } from './process-tokens.ts';
import type { DeviceProfile } from './profile.ts';
import { RefreshDisk } from './refresh-disk.ts';
import { relayNotifications } from './relay.ts';
import type { Sabotage } from './sabotage.ts';
import { DAY_MS, HOUR_MS, MINUTE_MS, type Scene, SECOND_MS } from './scene.ts';
import type { SlotWitness } from './slot-witness.ts';
import type { ProcessWatcher, Surroundings } from './surroundings.ts';
import { TokenCloud } from './token-cloud.ts';

/** One device and everything around it. */
export class World {
  readonly #scene: Scene;
  readonly #chance: Chance;
  readonly #board: Board;
  readonly #disk: Disk;
  readonly #drs: Drs;
  readonly #witness: DeviceWitness;
  readonly #surroundings: Surroundings;
  #process: AgentProcess | null = null;
  /** Counts ends of processes: who planned a start before the last one plans no more. */
  #ends = 0;
  #isStateDoomed = false;
  readonly #doomedRecords = new Set<string>();

  constructor(scene: Scene, profile: DeviceProfile, sabotage: Sabotage) {
    this.#scene = scene;
    this.#chance = scene.chance('world');
    this.#board = new Board(scene);
    this.#disk = new Disk(profile.outboxMax);
    const slotIds = profile.slots.map(({ settings }) => settings.limits.slotId);
    this.#drs = new Drs(scene, slotIds, profile.inProgressHasNewId);
    const broker = new Broker(scene);
    this.#witness = new DeviceWitness(scene, profile, this.#disk, this.#drs, broker);
    const network = new DrsNetwork(scene, this.#drs, this.#board, this.#witness);
    this.#witness.watchProgress(network);
    const dutyNetwork = profile.hasDuties ? this.#openDuties(slotIds, network) : null;
    const households = new Map(
      this.#witness.slots.map((slot) => [
        slot.profile.settings.limits.slotId,
        new Household(scene, slot.name, slot.container),
      ]),
    );
    this.#drs.onDelivered = (slotId) => households.get(slotId)?.receivePack();
    relayNotifications(scene, this.#drs, (payload) => broker.send(TOPICS.notification, payload));
    const lwa = profile.tokenSource === 'lwa' ? this.#openLwa(profile) : null;
    const cloud =
      lwa === null
        ? new TokenCloud(scene, this.#drs, profile.tokenLifeMs, (payload) =>
            broker.send(TOPICS.token, payload),
          )
        : null;
    broker.onDelivery = (delivery) => {
      if (delivery.topic === TOPICS.tokenRequest) cloud?.hearRequest();
      this.#witness.onDelivery(delivery);
    };
    const orders = { count: 0 };
    const watcher: ProcessWatcher = this.#witness;
    this.#surroundings = {
      scene,
      board: this.#board,
      disk: this.#disk,
      broker,
      network,
      dutyNetwork,
      slots: profile.slots.map(({ settings }) => sabotage.settings?.(settings) ?? settings),
      newOrderId: () => `order-${++orders.count}`,
      jitter: scene.chance('jitter'),
      watcher,
      sabotage,
      lwa,
    };
    this.#planTrouble();
    this.#start();
    this.#lookAtDoubts();
    if (!scene.has('busy-hands')) return;
    const ask: AskSlot = (slot, event) => this.#process?.ask(slot, event) ?? null;
    for (const slot of this.#witness.slots) new Hands(scene, slot, ask);
  }

  /** To be called after every event, when all that it promised has come true. */
  judge(): void {
    if (this.#process !== null && !this.#process.life.isOver) this.#witness.afterEvent(this.#process);
  }

  #openDuties(slotIds: readonly string[], network: DrsNetwork): DutyNetwork {
    const isAway = (): boolean => network.isAway;
    const watcher = this.#witness.watchDuties(isAway);
    return new DutyNetwork(this.#scene, this.#drs, this.#board, slotIds, isAway, watcher);
  }

  #openLwa({ tokenLifeMs }: DeviceProfile): LwaWorld {
    // An hour is what others live through; here it would only be more of the same.
    const lifeMs = Math.max(tokenLifeMs, 6 * HOUR_MS);
    const disk = new RefreshDisk(this.#scene, this.#disk);
    const cloud = new LwaCloud(this.#scene, this.#drs, disk, lifeMs, () => this.#witness.onTokenRequest());
    this.#witness.watchTokens(cloud);
    return { cloud, disk };
  }

  #planTrouble(): void {
    const scene = this.#scene;
    scene.recurs('power cut', null, () => this.#kill('power cut'));
    scene.recurs('crash', null, () => this.#kill('crash'));
    scene.recurs('orderly restart', null, () => void this.#restartInOrder());
    scene.recurs('disk full', null, () => {
      this.#disk.isFull = true;
      scene.after(this.#chance.magnitude(MINUTE_MS, 12 * HOUR_MS), () => {
        this.#disk.isFull = false;
        scene.trouble();
      });
    });
    scene.recurs('state lost', null, () => {
      this.#isStateDoomed = true;
      this.#kill('power cut');
    });
    for (const { name } of this.#surroundings.slots) {
      scene.recurs('record damaged', name, () => {
        this.#doomedRecords.add(name);
        this.#kill('crash');
      });
    }
  }

  #kill(how: 'power cut' | 'crash'): void {
    if (this.#process !== null && !this.#process.life.isOver) this.#process.life.die(how);
    else if (how === 'power cut') this.#onEnd(how);
  }

  async #restartInOrder(): Promise<void> {
    const process = this.#process;
    if (process === null || process.life.isOver) return;
    await process.stop();
    this.#scene.trouble();
    this.#planStart(this.#chance.between(1, 5) * SECOND_MS);
  }

  #onEnd(how: 'power cut' | 'crash'): void {
    this.#scene.trouble();
    this.#scene.note(null, `the process ends: ${how}`);
    if (how === 'crash') {
      this.#planStart(this.#chance.between(1, 60) * SECOND_MS);
      return;
    }
    this.#disk.powerCut();
    this.#board.powerCut();
    const end = ++this.#ends;
    this.#scene.after(this.#chance.magnitude(5 * SECOND_MS, 5 * DAY_MS), () => {
      if (end === this.#ends) this.#planStart(this.#board.boot());
    });
  }

  #planStart(delayMs: number): void {
    const end = ++this.#ends;
    this.#scene.after(delayMs, () => {
      if (end === this.#ends) this.#start();
    });
  }

  #start(): void {
    this.#damage();
    this.#scene.note(null, 'the process starts', this.#board.bootId);
    this.#scene.trouble();
    const life = new Life(this.#scene, (how) => this.#onEnd(how));
    this.#witness.onStart(life);
    const process = new AgentProcess(this.#surroundings, life);
    this.#process = process;
    process.start();
    for (const slot of this.#witness.slots) {
      this.#scene.after(this.#chance.between(0.1, 3) * SECOND_MS, () => this.#sample(process, slot));
    }
  }

  #damage(): void {
    if (this.#isStateDoomed) {
      this.#disk.loseAll();
      this.#witness.onStateLost();
    }
    for (const slot of this.#witness.slots) {
      if (!this.#isStateDoomed && this.#doomedRecords.has(slot.name)) {
        this.#disk.damage(slot.name);
        slot.onLoss();
      }
    }
    this.#isStateDoomed = false;
    this.#doomedRecords.clear();
  }

  #sample(process: AgentProcess, slot: SlotWitness): void {
    if (process.life.isOver) return;
    const raw = slot.sensor.read();
    if (raw !== null) {
      slot.onReading(raw);
      process.take(slot.name, raw);
    }
    if (process.life.isOver) return;
    this.#witness.look(slot, process);
    this.#scene.after(pauseMs(slot), () => this.#sample(process, slot));
  }

  /** Now and then somebody sees to what is in doubt. */
  #lookAtDoubts(): void {
    this.#scene.after(this.#chance.exponential(4 * DAY_MS), () => {
      for (const slot of this.#witness.slots) {
        const stage = slot.record?.depletion?.stage;
        const isAsked =
          stage?.kind === 'held' && (stage.reason === 'in-doubt' || stage.reason === 'state-lost');
        if (!isAsked || this.#process === null || this.#process.life.isOver) continue;
        const verdict = slot.verdict(this.#drs.openOrder(slot.profile.settings.limits.slotId) !== null);
        this.#scene.note(slot.name, `somebody says: ${verdict}`);
        this.#process.ask(slot.name, { kind: 'resolve', verdict });
      }
      this.#lookAtDoubts();
    });
  }
}

/** Often where something is about to be decided, seldom elsewhere. */
function pauseMs({ container, profile, record }: SlotWitness): number {
  const { reorderAtPercent, rearmAtPercent } = profile.settings.limits;
  const percent = container.percent();
  const stage = record?.depletion?.stage.kind ?? null;
  const isLow = percent <= reorderAtPercent + 3 && stage !== 'on-order' && stage !== 'held';
  const isFull = percent >= rearmAtPercent - 3 && stage !== null;
  return isLow || isFull || stage === 'due' ? profile.keenSampleMs : profile.calmSampleMs;
}
