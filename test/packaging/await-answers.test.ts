import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { CHECKOUT, runAgent } from '../support/agent-process.ts';
import { startRig } from '../support/rig.ts';

/** Runs what the package's scripts run before they stop or restart the service, and returns how it ended. */
async function awaitAnswers(seconds: number, ...command: readonly string[]): Promise<number | null> {
  const script = join(CHECKOUT, 'config/packaging/debian/await-answers.sh');
  const child = spawn('sh', [script, String(seconds), ...command], { stdio: 'ignore' });
  await once(child, 'close');
  return child.exitCode;
}

test('a request that is out is waited for, and status tells of it', async () => {
  const rig = await startRig({
    config: { replenish: { timeouts: { headers: '4s' }, retry: { first: '10m', max: '10m' } } },
  });
  const words = ['status', '--json', '--config', rig.configPath, '--state-dir', rig.stateDir];
  const status = async () => JSON.parse((await runAgent({ words })).stdout);
  rig.sandbox.fault({ kind: 'hang', when: 'after-order' });
  rig.show('black', 12);
  await rig.until('the request is out', () => rig.posts().length === 1);
  expect(await status()).toMatchObject({ waitingForAnswer: ['black'], inDoubt: [] });
  const program = join(CHECKOUT, 'agent/main.ts');
  expect(await awaitAnswers(60, process.execPath, program, ...words)).toBe(0);
  expect(await status()).toMatchObject({ waitingForAnswer: [], inDoubt: ['black'] });
  expect(rig.posts()).toHaveLength(1);
});

test('the wait ends, and what can not be asked is not waited for', async () => {
  const waiting = JSON.stringify({ waitingForAnswer: ['black'] }, null, 2);
  expect(await awaitAnswers(1, 'printf', '%s\n', waiting)).toBe(0);
  // Without a bound of its own this would never end.
  expect(await awaitAnswers(100_000, 'false')).toBe(0);
  expect(await awaitAnswers(100_000, 'no-such-program')).toBe(0);
});
