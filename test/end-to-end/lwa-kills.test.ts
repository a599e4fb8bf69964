import { mkdirSync, statSync, watch } from 'node:fs';
import { join } from 'node:path';
import { expect, onTestFinished, test } from 'vitest';
import { start, startLwaRig, untilState } from './lwa-rig.ts';

test('where the folder takes no files, the replaced token is kept in the state directory and survives a kill', async () => {
  const lwa = await startLwaRig({ refreshAnswer: 'rotate' });
  const { rig } = lwa;
  const provisioned = lwa.provision();
  // Root writes anywhere: what is in the way of the new file stands for a read-only folder.
  mkdirSync(join(`${lwa.refreshPath}.new`, 'in the way'), { recursive: true });
  await start(lwa);
  await untilState(lwa, 'valid');
  await rig.killAgent();
  await rig.restartAgent();
  await untilState(lwa, 'valid');
  expect(lwa.stored()).toBe(provisioned);
  expect(new Set(lwa.sent()).size).toBe(lwa.asked());
  expect(statSync(join(rig.stateDir, 'refresh-token.json')).mode & 0o777).toBe(0o600);
  expect(rig.leaks()).toEqual([]);
});

test('an access token that was used has its refresh token on disk, whenever the power goes', async () => {
  const lwa = await startLwaRig({ refreshAnswer: 'rotate' });
  const { rig } = lwa;
  lwa.provision();
  let atOrder = '';
  rig.sandbox.onRequest(({ call }) => {
    if (call !== 'replenish' || atOrder !== '') return;
    atOrder = lwa.stored();
    rig.agent.signal('SIGKILL');
  });
  await start(lwa);
  rig.show('black', 12);
  await rig.until('an order was seen', () => atOrder !== '');
  await rig.agent.exited;
  expect(lwa.sent()).not.toContain(atOrder);
  await rig.restartAgent();
  await untilState(lwa, 'valid');
});

test('a kill while the refresh token is replaced leaves the old one or the new one, whole', async () => {
  const lwa = await startLwaRig({ refreshAnswer: 'rotate' });
  const { rig } = lwa;
  const watcher = watch(join(rig.folder, 'secrets'), (_event, name) => {
    if (name === 'refresh-token.new') rig.agent.signal('SIGKILL');
  });
  onTestFinished(() => watcher.close());
  for (let round = 0; round < 3; round += 1) {
    const old = lwa.provision();
    rig.startAgent();
    await rig.agent.exited;
    expect(lwa.sent().at(-1)).toBe(old);
    const issued = rig.tokens.filter((token) => token.startsWith('Atzr|'));
    expect([old, issued.at(-1)]).toContain(lwa.stored());
  }
});

test('a power cut after Amazon replaced the token and before its answer came needs a new registration, and the agent says so', async () => {
  const lwa = await startLwaRig({ refreshAnswer: 'rotate' });
  const { rig } = lwa;
  lwa.provision();
  let isCut = false;
  rig.sandbox.onRequest(({ call }) => {
    if (call !== 'token' || isCut) return;
    isCut = true;
    rig.agent.signal('SIGKILL');
  });
  rig.startAgent();
  await rig.agent.exited;
  await rig.restartAgent();
  await untilState(lwa, 'revoked');
  lwa.provision();
  await untilState(lwa, 'valid');
});
