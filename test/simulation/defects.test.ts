import { afterEach, describe, expect, it, vi } from 'vitest';
import type * as Schedule from '../../agent/duty/schedule.ts';
import type * as Cancel from '../../agent/policy/cancel.ts';
import type * as Gate from '../../agent/policy/gate.ts';
import type * as Hear from '../../agent/policy/hear.ts';
import type * as Watch from '../../agent/policy/watch.ts';
import type * as Subscriptions from '../../agent/provider/subscriptions.ts';
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

// A simulated world is looked through for the defect: 46 s on a slow day. As long as it takes, within reason.
vi.setConfig({ testTimeout: 300_000 });

describe('a defect in the policy itself is seen', () => {
  afterEach(() => {
    vi.doUnmock('../../agent/policy/watch.ts');
    vi.doUnmock('../../agent/policy/gate.ts');
    vi.doUnmock('../../agent/policy/hear.ts');
    vi.doUnmock('../../agent/policy/cancel.ts');
    vi.doUnmock('../../agent/duty/schedule.ts');
    vi.doUnmock('../../agent/provider/subscriptions.ts');
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

  it('what is owed daily is done again at every look', async () => {
    vi.doMock('../../agent/duty/schedule.ts', async (original) => {
      const actual = await original<typeof Schedule>();
      const planDuties: typeof Schedule.planDuties = (...facts) =>
        actual.planDuties(...facts).map((planned) => ({ ...planned, dueAtMs: 0 }));
      return { ...actual, planDuties };
    });
    expect(['dutiesAreNotRepeated', 'wakesAreBounded']).toContain(await brokenWithMocks());
  });

  it('what is owed daily is never done', async () => {
    vi.doMock('../../agent/duty/schedule.ts', async (original) => {
      const actual = await original<typeof Schedule>();
      const planDuties: typeof Schedule.planDuties = (...facts) => actual.planDuties(...facts).slice(0, 1);
      return { ...actual, planDuties };
    });
    expect(await brokenWithMocks()).toBe('dailyDutiesAreDone');
  });

  it('a slot without a subscription is not asked after, and news of it is not heard', async () => {
    vi.doMock('../../agent/policy/hear.ts', async (original) => {
      const actual = await original<typeof Hear>();
      const hearSubscription: typeof Hear.hearSubscription = (state, event, ...facts) =>
        event.isRead === true || event.subscribed === false
          ? actual.hearSubscription(state, event, ...facts)
          : state;
      return { ...actual, hearSubscription };
    });
    vi.doMock('../../agent/provider/subscriptions.ts', async (original) => {
      const actual = await original<typeof Subscriptions>();
      class Deaf extends actual.SubscriptionWatch {
        override want(): void {
          // The next reading is that of the next day.
        }
      }
      return { ...actual, SubscriptionWatch: Deaf };
    });
    expect(await brokenWithMocks()).toBe('noSlotWaitsForAnOldSubscription');
  });
});
