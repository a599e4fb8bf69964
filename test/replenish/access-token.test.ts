import { expect, test } from 'vitest';
import { withRejected } from '../../agent/replenish/access-token.ts';

test('the last eight refused tokens are remembered, each once', () => {
  let rejected: readonly string[] = [];
  for (let number = 0; number < 10; number += 1) rejected = withRejected(rejected, `t${number}`);
  rejected = withRejected(rejected, 't4');
  expect(rejected).toEqual(['t2', 't3', 't5', 't6', 't7', 't8', 't9', 't4']);
});
