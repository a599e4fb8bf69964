import type * as v from 'valibot';
import { type Found, found } from './issue.ts';
import { outcome } from './outcome.ts';

interface CountAction<T> extends v.BaseValidation<T[], T[], Found> {
  readonly type: 'min_length' | 'max_length';
  readonly requirement: number;
}

/** Counts the items, also where some of them are wrong: valibot's own action looks only at lists of right ones. */
export function atLeast<T>(requirement: number, message: string): CountAction<T> {
  return countAction('min_length', requirement, message, (count) => count >= requirement);
}

/** The same for the other end. */
export function atMost<T>(requirement: number, message: string): CountAction<T> {
  return countAction('max_length', requirement, message, (count) => count <= requirement);
}

function countAction<T>(
  type: CountAction<T>['type'],
  requirement: number,
  message: string,
  isEnough: (count: number) => boolean,
): CountAction<T> {
  return {
    kind: 'validation',
    type,
    reference: atLeast,
    expects: null,
    async: false,
    requirement,
    '~run': (dataset) => {
      const { value, typed, issues = [] } = dataset;
      if (!Array.isArray(value) || isEnough(value.length)) return dataset;
      return outcome(value, typed, [...issues, found({ kind: 'value' }, message, value)]);
    },
  };
}
