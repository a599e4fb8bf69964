import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, onTestFinished, test } from 'vitest';
import { CHECKOUT } from '../support/agent-process.ts';
import { type NotifyPeer, startNotifyPeer } from '../support/notify-peer.ts';
import { type Rig, type RigOptions, startRig } from '../support/rig.ts';
import { Gate } from './gate.ts';

const LAUNCHER = join(CHECKOUT, 'config/packaging/launch.pl');

type Service = { readonly rig: Rig; readonly systemd: NotifyPeer };

/** The agent as systemd starts it. */
async function startService(options: RigOptions, watchdogMs: number): Promise<Service> {
  const rig = await startRig({ ...options, isHeldBack: true });
  const socket = join(rig.folder, 'notify');
  const systemd = await startNotifyPeer(socket);
  onTestFinished(() => systemd.close());
  const env = { NOTIFY_SOCKET: socket, WATCHDOG_USEC: String(watchdogMs * 1000) };
  rig.startAgent({ launcher: ['perl', LAUNCHER], env });
  return { rig, systemd };
}

const isBeat = (text: string): boolean => text.startsWith('WATCHDOG=1\n');

test('with the broker away and the board silent it gets ready, and its vain tries keep the watchdog content', async () => {
  const gate = await Gate.shut(0);
  const config = { hardware: { board0: { reopenAfterSilence: '100ms' } } };
  const { rig, systemd } = await startService({ way: { brokerPort: gate.port }, config }, 300);
  await rig.until('ready', () => systemd.heard.some((text) => text.startsWith('READY=1')));
  const ready = systemd.heard.filter((text) => text.startsWith('READY=1'));
  expect(ready).toEqual([expect.stringMatching(/^READY=1\nSTATUS=Slots: 2 unknown; no broker/)]);
  await rig.until('five beats', () => systemd.heard.filter(isBeat).length >= 5);
});

test('thousands of readings are one beat, and what it says of itself follows what it sees', async () => {
  const { rig, systemd } = await startService({ lineEveryMs: 2 }, 600_000);
  await rig.untilReported();
  await rig.stock('black');
  await rig.linger('black', 90, 1_000);
  expect(systemd.heard.filter(isBeat)).toHaveLength(1);
  rig.agent.signal('SIGHUP');
  await rig.until('ready again', () => systemd.heard.filter((text) => /^READY=1/.test(text)).length === 2);
  expect(systemd.heard.at(-1)).toMatch(/^READY=1\nSTATUS=Slots: .*; broker connected\.$/);
});

test('a reload is told with its beginning and its end, a refused one too, and so is the stop', async () => {
  const { rig, systemd } = await startService({}, 600_000);
  await rig.untilReported();
  const words = (): string[] => systemd.heard.filter((text) => !isBeat(text)).map((text) => text.slice(0, 5));
  await rig.until('ready', () => words().length === 1);
  writeFileSync(rig.configPath, 'nothing: useful\n');
  rig.agent.signal('SIGHUP');
  await rig.until('ready again', () => words().join() === 'READY,RELOA,READY');
  expect(systemd.heard.find((text) => text.startsWith('RELOADING'))).toMatch(
    /^RELOADING=1\nMONOTONIC_USEC=\d{6,}$/,
  );
  expect(systemd.heard.at(-1)).toMatch(/a new configuration was refused/);
  await rig.agent.end('SIGTERM');
  await rig.until('the farewell', () => words().join() === 'READY,RELOA,READY,STOPP');
});

test('a systemd that reads nothing any more does not hold it up', async () => {
  const { rig, systemd } = await startService({ lineEveryMs: 2 }, 3);
  await rig.untilReported();
  await rig.until('a beat', () => systemd.heard.some(isBeat));
  systemd.pause();
  await rig.linger('black', 90, 1_000);
  systemd.close();
  await rig.linger('black', 80, 100);
});

test('beside systemd, and where no program is named, the launcher says what is wrong', async () => {
  const rig = await startRig({ isHeldBack: true });
  rig.startAgent({ launcher: ['perl', LAUNCHER], env: { NOTIFY_SOCKET: '/nowhere/notify' } });
  await rig.untilReported();
  expect(rig.agent.stderr).toMatch(/^<4>The socket of systemd cannot be used: No such file or directory\n$/);
});

test('only a journal that reads standard output itself gets level prefixes', async () => {
  const rig = await startRig({ isHeldBack: true });
  rig.startAgent({ env: { JOURNAL_STREAM: '1:2' } });
  await rig.untilReported();
  expect(rig.agent.stdout).toMatch(/^\{/);
  await rig.agent.end('SIGTERM');
  const before = rig.topics.messages.length;
  // A shell that tells the agent which file its standard output is, as systemd does.
  const out = join(rig.folder, 'journal');
  const tell = `JOURNAL_STREAM=$(stat -c %d:%i ${out}); export JOURNAL_STREAM; exec "$@"`;
  rig.startAgent({ launcher: ['sh', '-c', `exec > ${out}; ${tell}`, 'sh'] });
  await rig.untilReported(before);
  await rig.agent.end('SIGTERM');
  const lines = readFileSync(out, 'utf8').trim().split('\n');
  expect(lines.filter((line) => !/^<[3467]>\{"level":\d0,/.test(line))).toEqual([]);
  expect(lines).toContainEqual(expect.stringMatching(/^<6>\{"level":30,/));
});
