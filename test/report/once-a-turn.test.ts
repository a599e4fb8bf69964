import { expect, it, vi } from 'vitest';
import { onceATurn } from '../../agent/report/once-a-turn.ts';

it('works once for all that asked in one turn, and again for the next', async () => {
  const work = vi.fn();
  const ask = onceATurn(work);
  ask();
  ask();
  expect(work).not.toHaveBeenCalled();
  await Promise.resolve();
  expect(work).toHaveBeenCalledTimes(1);
  ask();
  await Promise.resolve();
  expect(work).toHaveBeenCalledTimes(2);
});
