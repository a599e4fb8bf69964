import { NEW_RECORD } from '../../agent/policy/decide.ts';
import {
  askForTokensInALoop,
  forgetRequest,
  journalAfterSend,
  level,
  limits,
  reportBeforeCommit,
  timeStandsStill,
  uncounted,
  unreadableIsFailure,
  unsynced,
  withoutRetryAfter,
  withoutWaiting,
} from './broken-parts.ts';
import { neverGivingUp, readOnce } from './broken-tokens.ts';
import type { Sabotage } from './sabotage.ts';

/** A deliberate defect, and the promises of which one has to be seen broken. */
export type Defect = {
  readonly name: string;
  readonly sabotage: () => Sabotage;
  readonly breaks: readonly string[];
};

/** Defects that a wrap around a dependency, or a wrong setting, can make. */
export const DEFECTS: readonly Defect[] = [
  {
    name: 'the intent is journalled after the request',
    sabotage: journalAfterSend,
    breaks: ['intentIsDurableBeforeItIsSent'],
  },
  {
    name: 'a commit is not synced',
    sabotage: unsynced(() => true),
    breaks: ['intentIsDurableBeforeItIsSent'],
  },
  {
    name: 'only the intent is synced, not the outcome',
    sabotage: unsynced((record) => record.depletion?.stage.kind !== 'sending'),
    breaks: [
      'noReportIsLost',
      'noDepletionIsOverlooked',
      'commitsSaySomethingNew',
      'attemptsCountUp',
      'everyAttemptIsReported',
      'onePurchasePerDepletion',
    ],
  },
  {
    name: 'the record is dropped at a restart',
    sabotage: () => ({ record: () => NEW_RECORD }),
    breaks: [
      'everyAttemptIsReported',
      'aReportBelongsToItsAttempt',
      'onePurchasePerDepletion',
      'depletionsEndWithARefill',
      'depletionsBeginWithALowLevel',
      'aDueOrderLeaves',
    ],
  },
  {
    name: 'a request that was out at a restart counts as never sent',
    sabotage: () => ({ record: forgetRequest }),
    breaks: ['everyAttemptIsReported', 'attemptsCountUp', 'requestsComeToAnEnd'],
  },
  {
    name: 'what is in doubt is repeated after the window',
    sabotage: limits((usual) => ({ ...usual, inDoubtWindowMs: 30 * 86_400_000 })),
    breaks: ['nothingIsRepeatedAfterTheWindow', 'onePurchasePerDepletion'],
  },
  {
    name: 'a sentinel counts as empty',
    sabotage: level((usual) => ({ ...usual, sentinels: [], valid: { min: null, max: null } })),
    breaks: ['depletionsBeginWithALowLevel', 'depletionsEndWithARefill', 'noOrderFromAnUnbelievedLevel'],
  },
  {
    name: 'a stale level stays believed',
    sabotage: level((usual) => ({ ...usual, staleAfterMs: 10 * 86_400_000 })),
    breaks: [
      'noOrderFromAnUnbelievedLevel',
      'depletionsBeginWithALowLevel',
      'depletionsEndWithARefill',
      'onlyBelievedLevelsAreTold',
    ],
  },
  {
    name: 'nothing is confirmed',
    sabotage: limits((usual) => ({ ...usual, confirm: { samples: 1, forMs: 0 } })),
    breaks: ['depletionsBeginWithALowLevel', 'depletionsEndWithARefill', 'noOrderFromAnUnbelievedLevel'],
  },
  {
    name: 'the backoff is ignored',
    sabotage: limits((usual) => ({ ...usual, retry: { firstMs: 1, maxMs: 1 } })),
    breaks: ['requestsKeepTheBackoff'],
  },
  { name: 'Retry-After is ignored', sabotage: withoutRetryAfter, breaks: ['requestsKeepTheBackoff'] },
  {
    name: 'a failed order is given up',
    sabotage: limits((usual) => ({ ...usual, retry: { firstMs: 86_400_000, maxMs: 86_400_000 } })),
    breaks: ['aDueOrderLeaves'],
  },
  {
    name: 'an outcome is reported before it is durable',
    sabotage: reportBeforeCommit,
    breaks: ['nothingIsReportedBeforeItIsDurable', 'reportsArriveInOrder', 'repeatedReportsAreEqual'],
  },
  {
    name: 'a report leaves the outbox before its PUBACK',
    sabotage: () => ({ publisher: withoutWaiting }),
    breaks: ['onlyWhatIsReceivedIsRemoved'],
  },
  {
    name: 'an order id is used again',
    sabotage: () => ({ orderId: () => 'order' }),
    breaks: ['orderIdsAreNew', 'attemptsCountUp'],
  },
  {
    name: 'the budget is ignored',
    sabotage: limits((usual) => ({ ...usual, maxOrders: null })),
    breaks: ['budgetIsKept'],
  },
  {
    name: 'a token is asked for in a loop',
    sabotage: askForTokensInALoop,
    breaks: ['wakesAreBounded', 'tokensAreNotAskedForInALoop'],
  },
  {
    name: 'a reboot takes no time',
    sabotage: timeStandsStill,
    breaks: [
      'nothingIsRepeatedAfterTheWindow',
      'requestsKeepTheBackoff',
      'aDueOrderLeaves',
      'dailyDutiesAreDone',
    ],
  },
  {
    name: 'attempts are not counted',
    sabotage: () => ({
      store: (store) => ({
        ...store,
        commitAll: (commits) =>
          store.commitAll(commits.map((commit) => ({ ...commit, record: uncounted(commit.record) }))),
      }),
    }),
    breaks: ['attemptsCountUp', 'aReportBelongsToItsAttempt'],
  },
  {
    name: 'timers are not cancelled',
    sabotage: () => ({
      clock: (clock) => ({
        ...clock,
        after: (delayMs, run) => {
          clock.after(delayMs, run);
          return () => undefined;
        },
      }),
    }),
    breaks: ['timersDoNotLeak'],
  },
  {
    name: 'a refresh token that Amazon replaced is not written',
    sabotage: () => ({ keeper: (keeper) => ({ ...keeper, replace: () => undefined }) }),
    breaks: ['anAccessTokenHasItsRefreshTokenOnDisk'],
  },
  {
    name: 'the refresh token is read only once',
    sabotage: () => ({ keeper: readOnce }),
    breaks: ['aReplacedRefreshTokenIsUsedNoMore'],
  },
  {
    name: 'invalid_grant counts as a failure that passes',
    sabotage: () => ({ lwaClient: neverGivingUp }),
    breaks: ['nothingIsAskedAfterARevocation'],
  },
  {
    name: 'an answer that cannot be read counts as a failure',
    sabotage: unreadableIsFailure,
    breaks: ['nothingFollowsAnOrder'],
  },
];
