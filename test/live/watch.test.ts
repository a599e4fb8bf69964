import { readdirSync } from 'node:fs';
import { expect, onTestFinished, test } from 'vitest';
import { startAgent } from '../support/agent-process.ts';
import { type Rig, startRig } from '../support/rig.ts';
import { Window, type WindowOptions } from '../support/window.ts';

function wordsOf(rig: Rig): readonly string[] {
  return ['watch', '--config', rig.configPath, '--state-dir', rig.stateDir];
}

function openWindow(rig: Rig, options?: WindowOptions): Window {
  const window = new Window(wordsOf(rig), rig.folder, options);
  onTestFinished(() => {
    window.close();
    if (window.pid > 0) tryToKill(window.pid);
  });
  return window;
}

function tryToKill(pid: number): void {
  try {
    process.kill(pid, 'SIGKILL');
  } catch {
    // It has ended by itself, as it should.
  }
}

test('watch shows the running service, follows the size of the window and gives the terminal back', async () => {
  const rig = await startRig();
  await rig.stock('black', 83);
  const window = openWindow(rig);
  await window.until(/ black {2}stocked +raw 830 +83\.0 %/);
  expect(window.text).toMatch(/^ replenish-agent {2}service running 0\.1\.0 +\d\d:\d\d:\d\d/);
  expect(window.text).toMatch(/● broker MQTT 5.+● token valid.+● clock .+● board0 open, \d s ago/);
  expect(window.text).toMatch(/█{10,}▐█{20,}/);
  expect(window.text).toContain('Level 83 % is above the reorder threshold of 20 %.');
  expect(window.screen.isAlternate).toBe(true);
  expect(window.screen.isCursorShown).toBe(false);

  window.resize(60, 16);
  await window.until(/^ replenish-agent .*\d\d:\d\d:\d\d$/m);
  expect(window.screen.text.every((row) => row.length < 60)).toBe(true);
  expect(window.text).toMatch(/ black {2}stocked +raw 830 +83\.0 %/);

  rig.show('black', 12);
  await window.until(/ black {2}on-order +raw 120 +12\.0 %/);
  window.press('q');
  expect(await window.exited).toBe(0);
  expect(window.screen.isAlternate).toBe(false);
  expect(window.screen.isCursorShown).toBe(true);
});

test('watch reads the sensors itself while the service is stopped, steps aside when it starts, and orders nothing', async () => {
  const rig = await startRig({ isHeldBack: true });
  rig.show('black', 12);
  const window = openWindow(rig, { columns: 100 });
  await window.until(/ black {2}low +raw 120 +12\.0 %[\s\S]+the service orders when it runs again/);
  expect(window.text).toMatch(/service stopped: nothing is ordered[\s\S]+○ broker not used/);
  expect(readdirSync(rig.folder)).not.toContain('state');
  expect(rig.posts()).toEqual([]);

  await rig.restartAgent();
  await window.until(/service running[\s\S]+● board0 open[\s\S]+ black {2}on-order/);
  expect(rig.posts()).toHaveLength(1);
  await rig.agent.end('SIGTERM');
  await window.until(/service stopped[\s\S]+ black {2}on-order +raw 120 +12\.0 %/);
  process.kill(window.pid, 'SIGTERM');
  expect(await window.exited).toBe(0);
  expect(window.screen.isAlternate).toBe(false);
  expect(window.screen.isCursorShown).toBe(true);
});

test('watch writes lines into a pipe when something changes, and ends with its reader', async () => {
  const rig = await startRig();
  await rig.stock('black', 83);
  const watching = startAgent({ words: wordsOf(rig), cwd: rig.folder });
  await rig.until('the level is told', () => /black {2}stocked {2}83\.0 % {2}raw 830/.test(watching.stdout));
  expect(watching.stdout).toMatch(/^\d\d:\d\d:\d\d {2}broker: MQTT 5\n/);
  expect(watching.stdout).not.toContain('\x1b');
  rig.show('black', 12);
  await rig.until('the order is told', () => watching.stdout.includes('black  on-order'));
  watching.closeOutput();
  rig.show('black', 95);
  expect(await watching.exited).toEqual({ code: 0, signal: null });
});

test('watch says what is wrong before it takes the terminal over', async () => {
  const rig = await startRig({ isHeldBack: true });
  rig.writeConfig({ device: { id: 'not good' } });
  const window = openWindow(rig);
  expect(await window.exited).toBe(78);
  expect(window.text).toContain('agent.yaml:');
  expect(window.written).not.toContain('\x1b');
});
