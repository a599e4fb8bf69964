import type { News } from './news.ts';
import { SLOTS } from './scene.ts';
import type { World } from './world.ts';

/** What a person at the workbench can do to the world. */
export type Hands = {
  /** Does what a key stands for; other keys do nothing. */
  press(key: string): void;
  startAgent(): void;
  /** Starts nothing any more. */
  rest(): void;
};

/** Slow enough that a refill is seen although the agent is killed at that moment. */
const FAST = 3;
/** How long the agent stays dead after a kill. */
const RESTART_AFTER_MS = 1_000;

export function createHands({ board, agent }: World, hear: (news: News) => void, quit: () => void): Hands {
  let speed = 1;
  let restart: NodeJS.Timeout | null = null;
  let isResting = false;

  const changeSpeed = (): void => {
    speed = speed === 1 ? FAST : 1;
    board.setSpeed(speed);
    hear({ kind: 'speed', speed });
  };
  const refillLowest = (): void => {
    const [lowest] = SLOTS.map(({ key }) => key).sort(
      (a, b) => board.levelPercent(a) - board.levelPercent(b),
    );
    if (lowest === undefined) return;
    board.refill(lowest);
    hear({ kind: 'refilled', slot: lowest, by: 'hand' });
  };
  const changePlug = (): void => {
    if (board.isPlugged()) board.unplug();
    else board.plug();
    hear({ kind: 'plug', isPlugged: board.isPlugged() });
  };
  const startAgent = (): void => {
    restart = null;
    const pid = isResting ? null : agent.start();
    if (pid !== null) hear({ kind: 'agent-started', pid });
  };
  const killAgent = (): void => {
    if (restart !== null || agent.pid() === null) return;
    hear({ kind: 'agent-killed' });
    restart = setTimeout(startAgent, RESTART_AFTER_MS);
    agent.kill();
  };

  const keys: Readonly<Record<string, () => void>> = {
    q: quit,
    '\x03': quit,
    ' ': changeSpeed,
    r: refillLowest,
    u: changePlug,
    k: killAgent,
  };
  return {
    startAgent,
    press: (key) => {
      if (!isResting) keys[key]?.();
      else if (key === '\x03') quit();
    },
    rest: () => {
      isResting = true;
      if (restart !== null) clearTimeout(restart);
    },
  };
}
