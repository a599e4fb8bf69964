import { afterEach, describe, expect, it, vi } from 'vitest';
import type * as Cancel from '../../agent/policy/cancel.ts';
import type * as Gate from '../../agent/policy/gate.ts';
import type * as Hear from '../../agent/policy/hear.ts';
import type * as Watch from '../../agent/policy/watch.ts';
import { DEFECTS } from './defects.ts';
import type { Sabotage } from './sabotage.ts';
import { simulateDevice } from './simulate.ts';
import { Tally } from './tally.ts';

const SEED = 1;
/** Of 100 days each: within so many a defect has to be seen. */
const DEVICES_MAX = 150;

/** The name of the first promise that is broken; null when all were kept. */
async function firstBroken(
  simulate: typeof simulateDevice,
  sabotage: () => Sabotage,
): Promise<string | null> {
  const tally = new Tally();
  for (let device = 0; device < DEVICES_MAX; device++) {
    const finding = await simulate(SEED, device, tally, { sabotage });
    if (finding === null) continue;
    console.log(
      `seen as ${finding.invariant} after ${tally.deviceDays.toFixed(1)} device-days: ${finding.sentence}`,
    );
    return finding.invariant;
  }
  return null;
}

describe('a defect that is built in on purpose is seen', () => {
  it.each(DEFECTS)('$name', async ({ sabotage, breaks }) => {
    expect(breaks).toContain(await firstBroken(simulateDevice, sabotage));
  });
});

describe('a defect in the policy itself is seen', () => {
  afterEach(() => {
    vi.doUnmock('../../agent/policy/watch.ts');
    vi.doUnmock('../../agent/policy/gate.ts');
    vi.doUnmock('../../agent/policy/hear.ts');
    vi.doUnmock('../../agent/policy/cancel.ts');
    vi.resetModules();
  });

  const brokenWithMocks = async (): Promise<string | null> => {
    vi.resetModules();
    const { simulateDevice: simulate } = await import('./simulate.ts');
    return firstBroken(simulate, () => ({}));
  };

  it('a refill is believed unconfirmed', async () => {
    vi.doMock('../../agent/policy/watch.ts', async (original) => {
      const actual = await original<typeof Watch>();
      const sawLevel: typeof Watch.sawLevel = (...facts) => {
        const watch = actual.sawLevel(...facts);
        return watch.full === null
          ? watch
          : { ...watch, full: { samples: 1_000, sinceMs: Number.NEGATIVE_INFINITY } };
      };
      return { ...actual, sawLevel };
    });
    expect(await brokenWithMocks()).toBe('depletionsEndWithARefill');
  });

  it('the gate stands open', async () => {
    vi.doMock('../../agent/policy/gate.ts', async (original) => ({
      ...(await original<typeof Gate>()),
      gate: (): Gate.Gate => ({ open: true }),
    }));
    expect(['noOrderFromAnUnbelievedLevel', 'requestsKeepTheBackoff', 'budgetIsKept']).toContain(
      await brokenWithMocks(),
    );
  });

  it('a cancellation is not heard', async () => {
    vi.doMock('../../agent/policy/hear.ts', async (original) => ({
      ...(await original<typeof Hear>()),
      hearNotification: (state: unknown) => state,
    }));
    expect(await brokenWithMocks()).toBe('noDepletionWaitsForACancelledOrder');
  });

  it('a cancellation that overtakes the answer is forgotten', async () => {
    vi.doMock('../../agent/policy/cancel.ts', async (original) => ({
      ...(await original<typeof Cancel>()),
      cancelAfterAnswer: (record: unknown) => record,
    }));
    expect(await brokenWithMocks()).toBe('noDepletionWaitsForACancelledOrder');
  });
});
