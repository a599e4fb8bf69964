import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, onTestFinished, test } from 'vitest';
import { type AgentProcess, startAgent } from '../support/agent-process.ts';
import { type Rig, startRig } from '../support/rig.ts';
import { TerminalSession } from '../support/terminal.ts';

function wordsOf(rig: Rig, ...words: readonly string[]): readonly string[] {
  return ['commission', 'black', ...words, '--config', rig.configPath, '--state-dir', rig.stateDir];
}

function start(rig: Rig, ...words: readonly string[]): AgentProcess {
  const commissioning = startAgent({ words: wordsOf(rig, ...words), cwd: rig.folder });
  onTestFinished(async () => {
    await commissioning.end('SIGKILL');
  });
  return commissioning;
}

test('a test device passes beside the running service: drained, ordered, cancelled, refilled, signed', async () => {
  const rig = await startRig({ sandbox: { isTest: true } });
  await rig.stock('black');
  const out = join(rig.folder, 'report.json');
  const commissioning = start(rig, '--yes', '--by', 'Ada', '--out', out);
  await rig.until('it asks to drain', () => commissioning.stderr.includes('1. Drain'));
  expect(commissioning.stderr).toMatch(/^WARNING: this places an order\./);
  rig.show('black', 12);
  await rig.until('it asks to refill', () =>
    commissioning.stderr.includes('3. The test order is cancelled.'),
  );
  rig.show('black', 95);
  expect(await commissioning.exited, commissioning.stderr).toEqual({ code: 0, signal: null });
  expect(commissioning.stdout).toMatch(/^Commissioning of rig, slot black: PASSED\n/);
  expect(commissioning.stdout).toMatch(/order +TEST_ORDER_PLACED[\s\S]+signed +Ada, /);
  expect(JSON.parse(readFileSync(out, 'utf8'))).toMatchObject({
    isPassed: true,
    by: 'Ada',
    slotId: 'black',
    low: { level: 12, raw: 120 },
    order: { detailCode: 'TEST_ORDER_PLACED' },
    refilled: { level: 95, raw: 950 },
  });
  const deleted = rig.sandbox.requests.filter(({ method }) => method === 'DELETE');
  expect(deleted.map(({ url }) => url)).toEqual(['/testOrders/slots/black']);
  expect(rig.posts()).toHaveLength(1);
});

test('a real order is told as one, does not pass and is not touched', async () => {
  const rig = await startRig();
  await rig.stock('black');
  const commissioning = start(rig, '--yes', '--json');
  await rig.until('it asks to drain', () => commissioning.stderr.includes('1. Drain'));
  rig.show('black', 12);
  expect(await commissioning.exited).toEqual({ code: 1, signal: null });
  expect(commissioning.stderr).toContain('STANDARD_ORDER_PLACED: THIS WAS A REAL ORDER');
  expect(JSON.parse(commissioning.stdout)).toMatchObject({
    isPassed: false,
    order: { detailCode: 'STANDARD_ORDER_PLACED' },
    cancelledAt: null,
    by: null,
  });
  expect(rig.sandbox.requests.filter(({ method }) => method === 'DELETE')).toEqual([]);
});

test('whoever leaves is told where it stands, and whoever does not agree orders nothing', async () => {
  const rig = await startRig({ sandbox: { isTest: true } });
  await rig.stock('black');
  const session = new TerminalSession(wordsOf(rig), rig.folder);
  onTestFinished(() => session.close());
  await session.answer('Go on? [y/N]', '');
  expect(await session.exited).toBe(1);
  expect(session.shown).toContain('Nothing was ordered.');
  const ended = new TerminalSession(wordsOf(rig), rig.folder);
  onTestFinished(() => ended.close());
  await ended.until('Go on? [y/N]');
  process.kill(ended.pid, 'SIGINT');
  expect(await ended.exited).toBe(1);
  expect(ended.shown).toContain('Nothing was ordered.');

  const unasked = start(rig);
  expect(await unasked.exited).toEqual({ code: 2, signal: null });
  const leaving = start(rig, '--yes');
  await rig.until('it asks to drain', () => leaving.stderr.includes('1. Drain'));
  expect(await leaving.end('SIGINT')).toEqual({ code: 1, signal: null });
  expect(leaving.stderr).toContain('Left before the end. Nothing was ordered.');
  expect(rig.posts()).toEqual([]);
  expect(existsSync(join(rig.folder, 'report.json'))).toBe(false);
});
