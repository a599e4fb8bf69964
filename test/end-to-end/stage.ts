import { mkdirSync, mkdtempSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { RecordedRequest } from '../sandbox/recorder.ts';
import { type Sandbox, startSandbox } from '../sandbox/sandbox.ts';
import type { SandboxOptions } from '../sandbox/sandbox-options.ts';
import { type Mosquitto, type MosquittoOptions, startMosquitto } from '../support/mosquitto.ts';
import { recordTopics, type TopicRecorder } from '../support/topic-recorder.ts';
import { Board, type Shown } from './board.ts';
import { BASE, Reports } from './reports.ts';
import {
  merge,
  RAW_PER_PERCENT,
  rigSettings,
  type Settings,
  type SlotPlan,
  witnesses,
} from './rig-settings.ts';

export type StageOptions = {
  /** By local name; default one slot `black`. */
  readonly slots?: Readonly<Record<string, SlotPlan>>;
  readonly config?: Settings;
  readonly boards?: number;
  /** Time between two lines of a channel. */
  readonly lineEveryMs?: number;
  readonly sandbox?: Partial<SandboxOptions>;
  readonly broker?: MosquittoOptions;
  readonly token?: 'file' | 'mqtt';
  /** Where the agent finds broker and DRS, when that is not where they are. */
  readonly way?: { readonly brokerPort?: number; readonly drsUrl?: string };
  /** A broker that is there already, and may speak 3.1.1 only: the test does so. It ends with its owner. */
  readonly oldBrokerUrl?: string;
};

/** All that surrounds the agent: broker, DRS, boards, configuration and token; real, and under the test's control. */
export class Stage {
  readonly folder = mkdtempSync(join(tmpdir(), 'rig-'));
  readonly configPath = join(this.folder, 'agent.yaml');
  readonly stateDir = join(this.folder, 'state');
  readonly tokenPath = join(this.folder, 'secrets', 'access-token');
  readonly boards: readonly Board[];
  readonly #options: StageOptions;
  readonly slots: Readonly<Record<string, SlotPlan>>;
  /** Every secret that was issued or planted, tokens above all; none of them may be seen anywhere. */
  readonly tokens: string[] = [];
  #broker: Mosquitto | null = null;
  #sandbox: Sandbox | null = null;
  #topics: TopicRecorder | null = null;

  constructor(options: StageOptions) {
    const { slots = { black: {} }, boards = 1, lineEveryMs = 10 } = options;
    this.#options = options;
    this.slots = { ...slots, ...witnesses(boards) };
    this.boards = Array.from(
      { length: boards },
      (_, index) => new Board(this.folder, `board${index}`, lineEveryMs),
    );
  }

  async prepare(): Promise<void> {
    const { oldBrokerUrl } = this.#options;
    mkdirSync(join(this.folder, 'secrets'));
    if (oldBrokerUrl === undefined) this.#broker = await startMosquitto(this.#options.broker);
    const slots = Object.entries(this.slots).map(([name, plan]) => plan.slotId ?? name);
    this.#sandbox = await startSandbox({ slots, ...this.#options.sandbox });
    this.#topics = await recordTopics(
      oldBrokerUrl ?? this.broker.url,
      oldBrokerUrl === undefined ? {} : { protocolVersion: 4 },
    );
    if (this.#options.token !== 'mqtt') this.writeToken(this.issueToken());
    this.writeConfig();
  }

  get broker(): Mosquitto {
    return given(this.#broker);
  }

  get sandbox(): Sandbox {
    return given(this.#sandbox);
  }

  get topics(): TopicRecorder {
    return given(this.#topics);
  }

  /** What the agent has said over MQTT. */
  get told(): Reports {
    return new Reports(this.topics);
  }

  /** Replaces the configuration; `change` is laid over the rig's own and that of the options. */
  writeConfig(change: Settings = {}): void {
    const { way, oldBrokerUrl, token, config = {} } = this.#options;
    const own = rigSettings({
      slots: this.slots,
      brokerUrl: oldBrokerUrl ?? `mqtt://127.0.0.1:${way?.brokerPort ?? this.broker.port}`,
      drsUrl: way?.drsUrl ?? this.sandbox.url,
      tokenPath: token === 'mqtt' ? null : this.tokenPath,
      ports: this.boards.map(({ path }) => path),
    });
    replaceFile(this.configPath, JSON.stringify(merge(merge(own, config), change), null, 2));
  }

  /** A token that the sandbox accepts, and that must be seen nowhere. */
  issueToken(expiresInS?: number): string {
    const token = this.sandbox.issueToken(expiresInS === undefined ? {} : { expiresInS });
    this.tokens.push(token);
    return token;
  }

  /** As a careful writer does it: a new file, renamed into place. */
  writeToken(token: string): void {
    replaceFile(this.tokenPath, `${token}\n`);
  }

  /** As the cloud does it. */
  async sendToken(token: string, expiresIn = 3600): Promise<void> {
    await this.topics.publish(`${BASE}token`, JSON.stringify({ accessToken: token, expiresIn }));
  }

  publish(topicUnderBase: string, payload: string | Buffer): Promise<void> {
    return this.topics.publish(BASE + topicUnderBase, payload);
  }

  /** Lets a slot's sensor print this level, percent, over and over. */
  show(slot: string, percent: number): void {
    this.showRaw(slot, Math.round(percent * RAW_PER_PERCENT));
  }

  showRaw(slot: string, value: Shown): void {
    this.boardOf(slot).show(slot, value);
  }

  boardOf(slot: string): Board {
    return given(this.boards[this.slots[slot]?.board ?? 0]);
  }

  /** Replenish requests that DRS has seen, of one slot or all. */
  posts(slotId?: string): RecordedRequest[] {
    return this.sandbox.requests.filter(
      (request) => request.call === 'replenish' && (slotId === undefined || request.slotId === slotId),
    );
  }

  /** Ends everything and leaves nothing behind. */
  async clear(): Promise<void> {
    for (const board of this.boards) board.close();
    await this.#topics?.close();
    await this.#sandbox?.close();
    await this.#broker?.dispose();
    rmSync(this.folder, { recursive: true, force: true });
  }
}

function replaceFile(path: string, text: string): void {
  writeFileSync(`${path}.new`, text, { mode: 0o600 });
  renameSync(`${path}.new`, path);
}

export function given<Value>(value: Value | null | undefined): Value {
  if (value === null || value === undefined) throw new Error('The rig does not have that part.');
  return value;
}
