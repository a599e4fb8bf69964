import { chmodSync, readFileSync, statSync, writeFileSync } from 'node:fs';
import { expect, onTestFinished, test } from 'vitest';
import { type Finished, runAgent } from '../support/agent-process.ts';
import { type Rig, startRig } from '../support/rig.ts';
import { TerminalSession } from '../support/terminal.ts';

function type(rig: Rig, ...words: readonly string[]): Promise<Finished> {
  const where = ['--config', rig.configPath, '--state-dir', rig.stateDir];
  return runAgent({ words: ['calibrate', 'black', ...words, ...where], cwd: rig.folder });
}

function atTerminal(rig: Rig, ...words: readonly string[]): TerminalSession {
  const where = ['--config', rig.configPath, '--state-dir', rig.stateDir];
  const session = new TerminalSession(['calibrate', 'black', ...words, ...where], rig.folder);
  onTestFinished(() => session.close());
  return session;
}

test('known values are written, put in force by the running service, and the level that they make is told', async () => {
  const rig = await startRig();
  chmodSync(rig.configPath, 0o644);
  rig.showRaw('black', 450);
  await rig.until('45 %', () => rig.told.slot('black')?.level === 45);
  const done = await type(rig, '--empty', '400', '--full', '500', '--json');
  expect(done, done.stderr).toMatchObject({ code: 0 });
  expect(JSON.parse(done.stdout)).toMatchObject({
    slot: 'black',
    changes: [
      '-         "empty": 0,',
      '-         "full": 1000',
      '+         "empty": 400,',
      '+         "full": 500',
    ],
    reload: { ok: true },
    level: 50,
    raw: 450,
  });
  expect(done.stderr).toContain('is in force.');
  await rig.until('50 %', () => rig.told.slot('black')?.level === 50);
  expect(statSync(rig.configPath).mode & 0o777).toBe(0o644);

  const before = readFileSync(rig.configPath, 'utf8');
  const refused = await Promise.all([
    type(rig, '--empty', '500', '--full', '400'),
    type(rig, '--empty', '500', '--full', '501'),
    type(rig, '--empty', '500'),
  ]);
  expect(refused.map(({ code }) => code)).toEqual([2, 1, 2]);
  expect(refused.map(({ stderr }) => stderr).join('')).toMatch(
    /shrinks[\s\S]+--inverted[\s\S]+hardly any difference[\s\S]+as it was[\s\S]+at a terminal/,
  );
  expect(readFileSync(rig.configPath, 'utf8')).toBe(before);
  expect(rig.posts()).toEqual([]);
});

test('at a terminal, beside a stopped service, what was measured is shown, agreed on and written', async () => {
  const rig = await startRig({ isHeldBack: true });
  rig.showRaw('black', 941);
  const session = atTerminal(rig, '--empty', '120');
  await session.until('Fill the container of black to the brim');
  await session.until('now raw 941');
  session.press('\r');
  await session.until('Write this into');
  expect(session.shown).toMatch(/100 %: raw 941 \(\d+ readings, all the same\)/);
  expect(session.shown).toMatch(/- +"full": 1000/);
  session.press('\r');
  expect(await session.exited).toBe(0);
  expect(session.shown).toContain('it reads the file when it starts');
  expect(JSON.parse(readFileSync(rig.configPath, 'utf8')).slots.black.calibration).toEqual({
    empty: 120,
    full: 941,
  });
});

test('a file that can not be read as a configuration is left alone, with 78', async () => {
  const rig = await startRig({ isHeldBack: true });
  writeFileSync(rig.configPath, 'slots: {\n');
  expect(await type(rig, '--empty', '1', '--full', '9')).toMatchObject({ code: 78, stdout: '' });
  expect(readFileSync(rig.configPath, 'utf8')).toBe('slots: {\n');
});

test('a container that is emptied to be measured is not ordered for, and is again afterwards', async () => {
  const rig = await startRig();
  await rig.stock('black');
  const session = atTerminal(rig, '--full', '1000');
  await session.until('Empty the container of black');
  rig.show('black', 12);
  await rig.untilPhase('black', 'ordering');
  expect(rig.told.slot('black')?.snoozedUntil).not.toBeNull();
  await session.until('now raw 120');
  expect(rig.posts()).toEqual([]);
  process.kill(session.pid, 'SIGINT');
  expect(await session.exited).toBe(1);
  expect(session.shown).toContain('is as it was.');
  await rig.untilPhase('black', 'on-order');
  expect(rig.posts()).toHaveLength(1);
});
