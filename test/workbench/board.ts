import { standardFirmata } from '../board/firmware.ts';
import { startUno } from '../board/uno.ts';
import { drain, REFILLED_PERCENT, voltsAt } from './drain.ts';
import { REORDER_AT_PERCENT, type SceneSlot } from './scene.ts';

/**
 * The machine with its containers, and the board in it: an Arduino Uno, simulated, on a real serial device. It runs the
 * real StandardFirmata; what a container does to it is a voltage on a pin.
 */
export type Board = {
  start(): void;
  /** What is truly in the container, percent. */
  levelPercent(key: string): number;
  /** The voltage on the pin of the sensor; null before the first. */
  volts(key: string): number | null;
  refill(key: string): void;
  /** Takes out so much that the container is low. */
  drain(key: string): void;
  /**
   * Whether the machine is used; it never is while its board is unplugged. Sped up as it is here, a container could
   * be filled and used up again while nobody can see it, which is one depletion for the agent and two for the books.
   */
  setInUse(isInUse: boolean): void;
  /** 1 is the scene's own pace. */
  setSpeed(speed: number): void;
  isPlugged(): boolean;
  unplug(): void;
  plug(): void;
  /** Stops and unplugs. */
  close(): Promise<void>;
};

export type BoardOptions = {
  readonly slots: readonly SceneSlot[];
  /** Path of the device file to appear; its folder must exist. */
  readonly port: string;
  /** 0 up to 1. */
  readonly random: () => number;
  /** A container has run down to the reorder level: the truth, of which the agent only has readings. */
  readonly onLow: (key: string) => void;
};

type Container = {
  readonly slot: SceneSlot;
  levelPercent: number;
  volts: number | null;
  /** Whether it ran low since it was filled. */
  isLow: boolean;
  /** For how long it is not used yet, milliseconds of use. */
  restMs: number;
};

const CHANGE_EVERY_MS = 250;
/** What a hand leaves in a container that it drains. */
const DRAINED_PERCENT = REORDER_AT_PERCENT - 6;
/** After a refill, while in reality days would pass: longer than a board takes to start, and the agent to believe it. */
const REST_MS = 5_000;

export async function createBoard({ slots, port, random, onLow }: BoardOptions): Promise<Board> {
  const containers = new Map<string, Container>(
    slots.map((slot) => [
      slot.key,
      { slot, levelPercent: slot.startPercent, volts: null, isLow: false, restMs: 0 },
    ]),
  );
  const uno = await startUno({ flash: standardFirmata(), link: port });
  let isPlugged = true;
  let speed = 1;
  let isInUse = false;
  let lastMs = performance.now();
  let timer: NodeJS.Timeout | null = null;

  const tick = (): void => {
    const nowMs = performance.now();
    const elapsedMs = nowMs - lastMs;
    lastMs = nowMs;
    if (!isPlugged) return;
    for (const container of containers.values()) {
      if (isInUse) use(container, elapsedMs, speed);
      container.volts = voltsAt(container.slot, container.levelPercent, random());
      uno.setVolts(container.slot.pin, container.volts);
      if (container.isLow || container.levelPercent > REORDER_AT_PERCENT) continue;
      container.isLow = true;
      onLow(container.slot.key);
    }
  };

  const find = (key: string): Container => {
    const container = containers.get(key);
    if (container === undefined) throw new Error(`The machine has no container called ${key}.`);
    return container;
  };

  return {
    start: () => {
      lastMs = performance.now();
      timer ??= setInterval(tick, CHANGE_EVERY_MS);
    },
    levelPercent: (key) => find(key).levelPercent,
    volts: (key) => find(key).volts,
    refill: (key) => {
      const container = find(key);
      container.levelPercent = Math.max(container.levelPercent, REFILLED_PERCENT);
      container.isLow = false;
      container.restMs = REST_MS;
    },
    drain: (key) => {
      const container = find(key);
      container.levelPercent = Math.min(container.levelPercent, DRAINED_PERCENT);
      container.restMs = REST_MS;
    },
    setInUse: (next) => {
      isInUse = next;
    },
    setSpeed: (next) => {
      speed = next;
    },
    isPlugged: () => isPlugged,
    unplug: () => {
      isPlugged = false;
      uno.unplug();
    },
    plug: () => {
      isPlugged = true;
      uno.plugIn();
    },
    close: () => {
      if (timer !== null) clearInterval(timer);
      return uno.close();
    },
  };
}

function use(container: Container, elapsedMs: number, speed: number): void {
  if (container.restMs > 0) container.restMs -= elapsedMs;
  else container.levelPercent = drain(container.slot, container.levelPercent, elapsedMs, speed);
}
