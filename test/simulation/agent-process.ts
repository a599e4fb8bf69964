import { createPipeline } from '../../agent/pipeline.ts';
import type { Pipeline } from '../../agent/pipeline-contract.ts';
import { lostRecord, NEW_RECORD } from '../../agent/policy/decide.ts';
import type { ByHand, Reply } from '../../agent/policy/decision.ts';
import type { SlotRecord } from '../../agent/policy/slot-state.ts';
import { createDashClient, type DashClient } from '../../agent/replenish/dash-client.ts';
import { createOutboxSender, type OutboxSender } from '../../agent/report/outbox-sender.ts';
import { type SlotView, slotPayload, tokenRequestPayload } from '../../agent/report/payload.ts';
import { createRetainedBoard, type RetainedBoard } from '../../agent/report/retained-board.ts';
import { GroupCommit } from '../../agent/store/group-commit.ts';
import type { SystemClock } from '../../agent/system/clock.ts';
import type { Instant } from '../../agent/system/instant.ts';
import type { Log } from '../../agent/system/log.ts';
import type { BrokerLink } from './broker.ts';
import { TOPICS, takeMessage } from './inbox.ts';
import type { Life } from './life.ts';
import { type HeardTime, processClock, TimerCount, type TimerOwner } from './process-clock.ts';
import { openProcessDuties, type ProcessDuties } from './process-duties.ts';
import { openProcessStore, type ProcessStore } from './process-store.ts';
import { openProcessTokens, type ProcessTokens } from './process-tokens.ts';
import type { Surroundings } from './surroundings.ts';

const DRAIN_MS_MAX = 1_800;

const SILENT: Log = { debug: nothing, info: nothing, warn: nothing, error: nothing };

/** One run of the agent: its real parts, tied together as `agent/compose.ts` and `agent/flow.ts` do, in a simulated world. */
export class AgentProcess {
  readonly life: Life;
  readonly timers = new TimerCount();
  readonly startedAtMs: number;
  readonly tokens: ProcessTokens;
  readonly link: BrokerLink;
  readonly #world: Surroundings;
  readonly #heard: HeardTime = { told: null };
  readonly #slotClock: SystemClock;
  readonly #dash: DashClient;
  readonly #store: ProcessStore;
  readonly #journal: GroupCommit;
  readonly #retained: RetainedBoard;
  readonly #sender: OutboxSender;
  readonly #duties: ProcessDuties | null;
  readonly #pipelines = new Map<string, Pipeline>();
  #isStopping = false;

  constructor(world: Surroundings, life: Life) {
    const { scene, disk, broker, sabotage } = world;
    this.#world = world;
    this.life = life;
    this.startedAtMs = scene.nowMs;
    const store = openProcessStore(scene, disk, life, world.watcher);
    this.#store = sabotage.store?.(store) ?? store;
    this.#journal = new GroupCommit(this.#store);
    this.link = broker.linkFor(life, {
      onConnected: () => this.#onConnected(),
      onMessage: (topic, payload) =>
        takeMessage(topic, payload, {
          tokens: this.tokens,
          slots: world.slots,
          pipelines: this.#pipelines,
          watcher: world.watcher,
          onSubscriptions: () => this.#duties?.subscriptionsChanged(),
        }),
    });
    const publisher = sabotage.publisher?.(this.link) ?? this.link;
    this.#retained = createRetainedBoard({ publisher, onRefused: nothing });
    const outbox = {
      peek: () => {
        const event = disk.content.outbox[0];
        return event === undefined ? null : { ...event, topic: TOPICS.slotOrder(event.slot) };
      },
      remove: (sequence: number) => this.#store.remove(sequence),
      depth: () => disk.content.outbox.length,
    };
    this.#sender = createOutboxSender({
      publisher,
      timing: this.#clock('sender'),
      source: sabotage.outbox?.(outbox) ?? outbox,
      onTrouble: nothing,
    });
    this.tokens = openProcessTokens({
      lwa: world.lwa,
      life,
      clock: this.#clock('tokens'),
      jitter: world.jitter,
      sabotage,
      request: (reason) => {
        if (!this.link.connected()) return false;
        this.link
          .publish(TOPICS.tokenRequest, tokenRequestPayload({ reason }), { retain: false })
          .catch(nothing);
        return true;
      },
      onChange: () => {
        this.#journal.together(() => {
          for (const pipeline of this.#pipelines.values()) pipeline.tokenChanged();
        });
        this.#duties?.changed();
      },
    });
    this.#slotClock = this.#clock('pipeline');
    this.#dash = createDashClient('https://drs.example', world.network.doorFor(life), this.#slotClock);
    this.#openPipelines();
    this.#duties = this.#openDuties();
  }

  /** This moment as the process could know it. */
  now(): Instant {
    return this.#slotClock.instant();
  }

  isWallTrusted(): boolean {
    return this.#slotClock.wallTrusted();
  }

  view(slot: string): SlotView | null {
    return this.#pipelines.get(slot)?.view() ?? null;
  }

  start(): void {
    this.link.connectSoon();
    this.tokens.start();
    this.#journal.together(() => {
      for (const pipeline of this.#pipelines.values()) pipeline.start();
    });
    this.#duties?.start();
  }

  take(slot: string, raw: number): void {
    if (!this.life.isOver && !this.#isStopping) this.#pipelines.get(slot)?.take(raw);
  }

  /** What a person wants; null when nobody lives to be told. */
  ask(slot: string, event: ByHand): Reply | null {
    if (this.life.isOver || this.#isStopping) return null;
    const reply = this.#pipelines.get(slot)?.hearByHand(event) ?? null;
    return this.life.isOver ? null : reply;
  }

  /** SIGTERM: what is under way is finished, as far as there is time. */
  async stop(): Promise<void> {
    this.#isStopping = true;
    const { scene } = this.#world;
    const closed = this.#duties?.close();
    const drained = [...this.#pipelines.values()].map((pipeline) => pipeline.drain());
    const deadline = new Promise<void>((resolve) => {
      scene.after(DRAIN_MS_MAX, () => {
        scene.isUnsettled = true;
        resolve();
      });
    });
    await Promise.race([Promise.all(drained), deadline]);
    // Whatever is still out ends without an answer now.
    await this.#dash.close();
    await Promise.all([closed, ...drained]);
    this.#world.watcher.onStopping();
    for (const pipeline of this.#pipelines.values()) pipeline.stop();
    this.tokens.stop();
    void this.#sender.stop();
    this.life.end();
  }

  #clock(owner: TimerOwner): SystemClock {
    const { scene, board, sabotage } = this.#world;
    const clock = processClock(scene, board, this.life, owner, this.timers, this.#heard);
    return sabotage.clock?.(clock, owner) ?? clock;
  }

  #openDuties(): ProcessDuties | null {
    const { dutyNetwork, jitter, slots } = this.#world;
    if (dutyNetwork === null) return null;
    return openProcessDuties({
      clock: this.#clock('duties'),
      jitter,
      tokens: this.tokens,
      door: dutyNetwork.doorFor(this.life),
      store: this.#store,
      slots,
      pipelines: this.#pipelines,
      log: SILENT,
    });
  }

  #openPipelines(): void {
    const { slots, sabotage, watcher, newOrderId, jitter } = this.#world;
    const clock = this.#slotClock;
    const client = sabotage.client?.(this.#dash, this.#store) ?? this.#dash;
    const tokens = sabotage.tokens?.(this.tokens) ?? this.tokens;
    let areAllRecorded = true;
    for (const settings of slots) {
      const stored = this.#store.load(settings.name);
      let record: SlotRecord = stored === null || stored === 'lost' ? NEW_RECORD : stored;
      if (stored === 'lost') {
        record = lostRecord(settings.limits, {
          now: clock.instant(),
          tokenFingerprint: null,
          spareOrderId: newOrderId(),
          jitter: 0,
        });
        areAllRecorded = this.#commits(settings.name, record) && areAllRecorded;
      }
      const pipeline = createPipeline(settings, sabotage.record?.(record) ?? record, {
        clock,
        random: () => jitter.next(),
        newOrderId: () => sabotage.orderId?.(newOrderId()) ?? newOrderId(),
        journal: this.#journal,
        tokens,
        client,
        onView: (slot, view) => {
          if (this.life.isOver) return;
          watcher.onView(slot, view);
          this.#duties?.changed();
          this.#retained.step(TOPICS.slot(slot), slotPayload(view));
        },
        onReports: () => this.#sender.nudge(),
        onStore: nothing,
        log: SILENT,
      });
      this.#pipelines.set(settings.name, pipeline);
    }
    if (areAllRecorded) this.#store.forgetLoss();
  }

  #commits(slot: string, record: SlotRecord): boolean {
    try {
      this.#store.commitAll([{ slot, record, reports: [] }]);
      return true;
    } catch {
      return false;
    }
  }

  #onConnected(): void {
    const fresh = [...this.#pipelines].map(([slot, pipeline]): [string, string] => [
      TOPICS.slot(slot),
      slotPayload(pipeline.view()),
    ]);
    this.#retained.reconnected(new Map(fresh));
    this.#sender.reconnected();
    this.tokens.connected();
  }
}

function nothing(): void {
  // The simulation looks at effects, not at words.
}
