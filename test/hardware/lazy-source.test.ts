import { describe, expect, test } from 'vitest';
import type { HardwareHealth, HardwareSource } from '../../hardware/hardware-source.ts';
import { LazySource } from '../../hardware/lazy-source.ts';

const HEALTH: HardwareHealth = {
  state: 'open',
  error: null,
  badFrames: 3,
  reopens: 1,
  lastReadingAtMs: 7,
};

/** A lazy source whose loading the test ends, and what was told and done. */
function lazy() {
  const done: string[] = [];
  const states: string[] = [];
  let load: ((source: HardwareSource) => void) | null = null;
  let fail: ((reason: Error) => void) | null = null;
  const real: HardwareSource = {
    name: 'board',
    driver: 'heavy',
    open: () => void done.push('open'),
    health: () => HEALTH,
    close: async () => void done.push('close'),
  };
  const listener = { onReading: () => {}, onHealth: ({ state }: HardwareHealth) => void states.push(state) };
  const source = new LazySource('board', 'heavy', listener, () => {
    done.push('load');
    return new Promise((resolve, reject) => {
      load = resolve;
      fail = reject;
    });
  });
  return { source, done, states, loaded: () => load?.(real), failed: (reason: Error) => fail?.(reason) };
}

const turn = () => new Promise(setImmediate);

describe('a driver that is loaded late', () => {
  test('is not loaded before it is opened, and once', async () => {
    const { source, done, loaded } = lazy();
    expect([source.health().state, done]).toEqual(['opening', []]);
    source.open();
    source.open();
    expect(source.health().state).toBe('opening');
    loaded();
    await turn();
    expect(done).toEqual(['load', 'open']);
    expect(source.health()).toEqual(HEALTH);
    await source.close();
    expect(done).toEqual(['load', 'open', 'close']);
  });

  test('is never opened when it is closed while it loads', async () => {
    const { source, done, states, loaded } = lazy();
    source.open();
    const closed = source.close();
    loaded();
    await closed;
    await source.close();
    source.open();
    expect([done, states, source.health().state]).toEqual([['load'], ['closed'], 'closed']);
  });

  test('says in one line why it could not be loaded', async () => {
    const { source, states, failed } = lazy();
    source.open();
    failed(new Error('Cannot find package heavy\nimported from somewhere'));
    await turn();
    expect(states).toEqual(['failed']);
    expect(source.health().error).toBe(
      'The driver heavy could not be loaded (Cannot find package heavy): install the program again, with all of its files, then restart.',
    );
    await source.close();
    expect(source.health().state).toBe('closed');
  });
});
