import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { compileC } from '../support/compile-c.ts';
import { type Rig, startRig } from '../support/rig.ts';

type Disk = {
  /** For the process that shall have this disk. */
  readonly env: Readonly<Record<string, string>>;
  /** From now on; one of the words of disk-shim.c. */
  turn(word: 'ok' | 'ENOSPC' | 'EROFS' | 'EIO' | 'slow'): void;
};

/** A disk under the state directory whose failures the test decides on. */
function diskOf(rig: Rig): Disk {
  const control = join(rig.folder, 'disk');
  writeFileSync(control, 'ok');
  return {
    env: {
      LD_PRELOAD: compileC('test/support/disk-shim.c', 'preload'),
      DISK_SHIM: control,
      DISK_SHIM_BELOW: rig.stateDir,
    },
    turn: (word) => writeFileSync(control, word),
  };
}

async function startOnDisk(config = {}): Promise<{ rig: Rig; disk: Disk }> {
  const rig = await startRig({ isHeldBack: true, config });
  const disk = diskOf(rig);
  rig.startAgent({ env: disk.env });
  await rig.untilReported();
  return { rig, disk };
}

async function lowOnDisk(word: 'ENOSPC' | 'EROFS' | 'EIO', sentence: RegExp) {
  const { rig, disk } = await startOnDisk();
  await rig.stock('black');
  disk.turn(word);
  rig.show('black', 12);
  await rig.until('the failure is told', () => rig.told.device()?.store.state === 'failed');
  expect(rig.told.device()?.store.error).toMatch(sentence);
  expect(rig.told.device()?.store.error).toMatch(/the agent tries again by itself\.$/);
  await rig.showUntilSeen('black', 11);
  await rig.linger('black', 10);
  expect(rig.posts()).toEqual([]);
  return { rig, disk };
}

async function expectOneOrder(rig: Rig): Promise<void> {
  await rig.untilPhase('black', 'on-order');
  await rig.until('the device is well', () => rig.told.device()?.store.state === 'ok');
  await rig.linger('black', 9);
  expect(rig.sandbox.purchases('black')).toBe(1);
}

test('nothing is ordered while the disk is full, and the order is placed once, by itself, when there is room', async () => {
  const { rig, disk } = await lowOnDisk('ENOSPC', /: the disk is full\. Free some space \(df -h\)\. /);
  disk.turn('ok');
  await expectOneOrder(rig);
  expect(rig.posts()).toHaveLength(1);
});

test.each([
  { name: 'has become read-only', word: 'EROFS', sentence: /: it can only be read\. Look whether .*findmnt/ },
  { name: 'does not sync', word: 'EIO', sentence: /: the disk fails\. Look at the kernel log \(dmesg\)/ },
] as const)(
  'nothing is ordered on a disk that $name, and after a crash there on a good one, once',
  async ({ word, sentence }) => {
    const { rig, disk } = await lowOnDisk(word, sentence);
    await rig.killAgent();
    disk.turn('ok');
    await rig.restartAgent();
    await expectOneOrder(rig);
  },
);

test('a disk that refuses when the answer comes makes no second order, even when the agent is killed then', async () => {
  const { rig, disk } = await startOnDisk({ replenish: { timeouts: { headers: '1s' } } });
  rig.sandbox.fault({ kind: 'hang', when: 'after-order' });
  rig.show('black', 12);
  await rig.until('the request is out', () => rig.posts().length === 1);
  disk.turn('EIO');
  await rig.until('the failure is told', () => rig.told.device()?.store.state === 'failed');
  await rig.linger('black', 11);
  expect(rig.posts()).toHaveLength(1);
  await rig.killAgent();
  disk.turn('ok');
  await rig.restartAgent();
  await expectOneOrder(rig);
});

test('a disk that takes its time over each sync costs no reading and no order, and makes none twice', async () => {
  const { rig, disk } = await startOnDisk();
  await rig.stock('black');
  disk.turn('slow');
  rig.show('black', 12);
  await rig.untilPhase('black', 'on-order');
  await rig.showUntilSeen('black', 11);
  await rig.linger('black', 10);
  await rig.until('the event has left', () => rig.told.device()?.outbox.depth === 0);
  expect(rig.told.outcomes('black')).toEqual(['placed']);
  expect(rig.sandbox.purchases('black')).toBe(1);
  expect(rig.posts()).toHaveLength(1);
});

test('an agent that is stopped on a full disk ends cleanly, and the next start orders once', async () => {
  const { rig, disk } = await startOnDisk();
  await rig.stock('black');
  disk.turn('ENOSPC');
  rig.show('black', 12);
  await rig.until('the failure is told', () => rig.told.device()?.store.state === 'failed');
  expect(await rig.agent.end('SIGTERM')).toEqual({ code: 0, signal: null });
  disk.turn('ok');
  await rig.restartAgent();
  await expectOneOrder(rig);
});
