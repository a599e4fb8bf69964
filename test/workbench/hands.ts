import type { BenchState, Deed } from './deed.ts';
import type { News } from './news.ts';
import { SLOTS } from './scene.ts';
import type { World } from './world.ts';

/** What a person at the workbench can do to the world. */
export type Hands = {
  /** Does what a key stands for; other keys do nothing. */
  press(key: string): void;
  /** Does what somebody at the dashboard asks for. */
  act(deed: Deed): void;
  state(): BenchState;
  startAgent(): void;
  /** Starts nothing any more. */
  rest(): void;
};

/** Slow enough that a refill is seen although the agent is killed at that moment. */
const FAST = 3;
/** How long the agent stays dead after a kill. */
const RESTART_AFTER_MS = 1_000;

export function createHands(
  { board, agent, network, loseAnswer }: World,
  hear: (news: News) => void,
  quit: () => void,
): Hands {
  let speed = 1;
  let restart: NodeJS.Timeout | null = null;
  let isResting = false;

  const changeSpeed = (): void => {
    speed = speed === 1 ? FAST : 1;
    board.setSpeed(speed);
    hear({ kind: 'speed', speed });
  };
  const refill = (slot: string): void => {
    board.refill(slot);
    hear({ kind: 'refilled', slot, by: 'hand' });
  };
  const drain = (slot: string): void => {
    board.drain(slot);
    hear({ kind: 'drained', slot });
  };
  const refillLowest = (): void => {
    const [lowest] = SLOTS.map(({ key }) => key).sort(
      (a, b) => board.levelPercent(a) - board.levelPercent(b),
    );
    if (lowest !== undefined) refill(lowest);
  };
  const changeNetwork = (): void => {
    if (network.isUp()) network.cut();
    else network.restore();
    hear({ kind: 'network', isUp: network.isUp() });
  };
  const loseNextAnswer = (): void => {
    loseAnswer();
    hear({ kind: 'losing-answer' });
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
    n: changeNetwork,
    l: loseNextAnswer,
  };
  return {
    startAgent,
    press: (key) => {
      if (!isResting) keys[key]?.();
      else if (key === '\x03') quit();
    },
    act: (deed) => {
      if (isResting) return;
      switch (deed.does) {
        case 'drain':
          return drain(deed.slot);
        case 'refill':
          return refill(deed.slot);
        case 'plug':
          return changePlug();
        case 'network':
          return changeNetwork();
        case 'lose-answer':
          return loseNextAnswer();
        case 'kill':
          return killAgent();
        case 'speed':
          return changeSpeed();
      }
    },
    state: () => ({
      isPlugged: board.isPlugged(),
      isNetworkUp: network.isUp(),
      speed,
      isAgentAlive: agent.pid() !== null && restart === null,
      slots: SLOTS.map(({ key, name }) => ({ key, name })),
    }),
    rest: () => {
      isResting = true;
      if (restart !== null) clearTimeout(restart);
    },
  };
}
