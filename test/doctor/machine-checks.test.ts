import { mkdirSync, readdirSync, statSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import type { Finding } from '../../agent/doctor/check.ts';
import { clockCheck } from '../../agent/doctor/clock-check.ts';
import { diskCheck } from '../../agent/doctor/disk-check.ts';
import { runtimeCheck } from '../../agent/doctor/runtime-check.ts';
import { serviceCheck } from '../../agent/doctor/service-check.ts';
import type { ToolAnswer } from '../../agent/doctor/tool.ts';
import { toolsOf } from '../../agent/doctor/tool.ts';
import type { Exchange } from '../../agent/replenish/classify.ts';
import { openStateStore } from '../../agent/store/state-store.ts';
import { statusOf } from '../local/pictures.ts';
import { VirtualTiming } from '../support/virtual-timing.ts';
import { folder, rounds } from './rounds.ts';

const said = (text: string) => async (): Promise<ToolAnswer> => ({ kind: 'said', text });

describe('clock', () => {
  const NOW_MS = Date.parse('2027-03-01T12:00:00.000Z');
  const answer = (aheadMs: number): Exchange => ({
    kind: 'answer',
    status: 404,
    headers: {
      requestId: null,
      errorType: null,
      retryAfter: null,
      date: new Date(NOW_MS - aheadMs).toUTCString(),
    },
    body: '',
  });
  type Case = {
    readonly wallMs?: number;
    readonly wallTrusted?: boolean;
    readonly aheadMs?: number;
    readonly ntp?: string;
    readonly isProven?: boolean;
  };
  const look = ({ wallMs = NOW_MS, wallTrusted = false, aheadMs, ntp, isProven = true }: Case) => {
    const timing = new VirtualTiming();
    return clockCheck(isProven).run(
      rounds({
        clock: {
          nowMs: () => timing.nowMs(),
          after: (delayMs, run) => timing.after(delayMs, run),
          wallMs: () => wallMs,
          instant: () => ({ wallTrusted }),
        },
        knock: async () => (aheadMs === undefined ? null : answer(aheadMs)),
        ...(ntp === undefined ? {} : { tool: said(`${ntp}\n`) }),
      }),
    );
  };

  test.each<[string, Case, Finding['verdict'], RegExp]>([
    ['set by timesyncd', { wallTrusted: true }, 'ok', /is set from the network\.$/],
    ['set by another program', { ntp: 'yes' }, 'ok', /is set from the network\.$/],
    ['right by DRS', { aheadMs: 2_000 }, 'ok', /is right, 2 s apart from DRS's\.$/],
    ['right, and kept by nobody', { aheadMs: 0, ntp: 'no' }, 'warn', /nobody keeps it so/],
    ['off by a minute', { aheadMs: -60_000 }, 'warn', /60 s apart from DRS's; nothing says/],
    [
      'off by an hour, though set',
      { aheadMs: 3_600_000, wallTrusted: true },
      'FAIL',
      /certificates are judged by it/,
    ],
    [
      'off by an hour, told by nobody who proves who it is',
      { aheadMs: 3_600_000, ntp: 'yes', isProven: false },
      'ok',
      /set from/,
    ],
    ['without anybody to ask', {}, 'warn', /nothing says that it is set/],
    ['in 1970', { wallMs: 5_000, wallTrusted: true }, 'FAIL', /1970-01-01T00:00:05\.000Z, which is before/],
  ])('%s', async (_case, situation, verdict, found) => {
    expect(await look(situation)).toMatchObject({ verdict, found: expect.stringMatching(found) });
  });
});

describe('disk', () => {
  const look = (stateDir: string, change: Parameters<typeof rounds>[0] = {}) =>
    diskCheck.run(rounds({ stateDir, ...change }));

  test('finds a sound state, also beside the agent that holds it, and leaves no trace', async () => {
    const stateDir = join(folder(), 'state');
    const { store } = openStateStore(stateDir, 0);
    const picture = () => readdirSync(stateDir).map((name) => [name, statSync(join(stateDir, name)).mtimeMs]);
    const before = picture();
    const found = /is writable, its state is sound \(\d+ kB of journal\); .* free\.$/;
    expect(await look(stateDir)).toMatchObject({ verdict: 'ok', found: expect.stringMatching(found) });
    expect(picture()).toEqual(before);
    store.close();
    expect(await look(stateDir)).toMatchObject({ verdict: 'ok', found: expect.stringMatching(found) });
  });

  test('tells a damaged state', async () => {
    const stateDir = join(folder(), 'state');
    openStateStore(stateDir, 0).store.close();
    writeFileSync(
      join(stateDir, 'state.db'),
      'This is no database at all, whatever its name says.'.repeat(100),
    );
    expect(await look(stateDir)).toMatchObject({
      verdict: 'FAIL',
      found: expect.stringContaining('is damaged'),
      remedy: `ls -l ${stateDir}`,
    });
  });

  test('tells a folder that is not there yet, one that may not be made, a file in its place, and one of others', async () => {
    const there = folder();
    const absent = join(there, 'a', 'b');
    expect(await look(absent)).toMatchObject({
      verdict: 'warn',
      found: expect.stringContaining('the service makes it'),
    });
    expect(await look(absent, { may: () => false })).toMatchObject({
      verdict: 'FAIL',
      remedy: `sudo mkdir -p ${absent}`,
    });
    const file = join(there, 'file');
    writeFileSync(file, '');
    expect(await look(file)).toMatchObject({ verdict: 'FAIL', found: `${file} is no folder.` });
    const others = join(there, 'their folder');
    mkdirSync(others);
    expect(await look(others)).toMatchObject({
      verdict: 'warn',
      found: expect.stringContaining('holds no state yet'),
    });
    const service = async () => ({ kind: 'running', status: statusOf({}) }) as const;
    expect(await look(others, { may: () => false, service })).toMatchObject({
      verdict: 'warn',
      remedy: 'sudo replenish-agent doctor',
    });
    expect(await look(others, { may: (access) => access === 'read' })).toMatchObject({
      verdict: 'FAIL',
      found: expect.stringContaining('may not write in'),
      remedy: expect.stringMatching(/^sudo chown -R \w+ '.*their folder'$/),
    });
  });
});

describe('service', () => {
  const unit = (active: string, file = 'enabled', load = 'loaded', dropIns = '') =>
    said(
      `LoadState=${load}\nActiveState=${active}\nSubState=x\nUnitFileState=${file}\nResult=exit-code\nDropInPaths=${dropIns}\n`,
    );
  const running = async () => ({ kind: 'running', status: statusOf({}) }) as const;

  test.each<[string, Parameters<typeof rounds>[0], Finding['verdict'], RegExp, string | null]>([
    [
      'runs',
      { tool: unit('active'), service: running },
      'ok',
      /answers \(version .*is active and enabled/,
      null,
    ],
    [
      'is not at this state',
      { tool: unit('active') },
      'warn',
      /does not answer at this state/,
      'systemctl show',
    ],
    [
      'is not started at boot',
      { tool: unit('active', 'disabled'), service: running },
      'warn',
      /not started at boot/,
      'sudo systemctl enable',
    ],
    [
      'is of the version before the upgrade',
      {
        tool: unit('active', 'enabled', 'loaded', '/x/a.conf /x/zz-previous-version.conf'),
        service: running,
      },
      'warn',
      /the latest upgrade was taken back/,
      'journalctl -t replenish-agent',
    ],
    ['is stopped', { tool: unit('inactive') }, 'warn', /not running \(inactive\)/, 'sudo systemctl start'],
    ['has failed', { tool: unit('failed') }, 'FAIL', /has failed \(exit-code\)/, 'journalctl'],
    [
      'is not installed',
      { tool: unit('inactive', '', 'not-found') },
      'warn',
      /is not installed/,
      'systemctl cat',
    ],
    [
      'has no systemd',
      { service: running },
      'warn',
      /A service answers .*; systemd is not on this machine/,
      null,
    ],
    [
      'keeps this user out',
      { service: async () => ({ kind: 'refused', why: 'No.' }) },
      'warn',
      /^No\.$/,
      'sudo systemctl',
    ],
  ])('a unit that %s', async (_case, change, verdict, found, remedy) => {
    const finding = await serviceCheck.run(rounds(change));
    expect(finding).toMatchObject({ verdict, found: expect.stringMatching(found) });
    expect(finding.remedy?.startsWith(remedy ?? '') ?? remedy === null).toBe(true);
  });
});

test('a runtime that is too old, or on another processor, is told', async () => {
  const good = { node: '24.21.0', architecture: 'arm64', form: 'bundle', version: '1.2.3' } as const;
  const look = (change: object) => runtimeCheck({ ...good, ...change }).run(rounds());
  expect(await look({})).toEqual({
    verdict: 'ok',
    found: 'replenish-agent 1.2.3 (bundle) on Node 24.21.0, arm64.',
    remedy: null,
  });
  expect(await look({ node: '24.11.9' })).toMatchObject({ verdict: 'FAIL', remedy: 'npm ci' });
  expect(await look({ node: '22.30.0' })).toMatchObject({ verdict: 'FAIL' });
  expect(await look({ architecture: 's390x' })).toMatchObject({ verdict: 'FAIL', remedy: 'uname -m' });
});

test('a program of the system is absent, says something, or refuses', async () => {
  const tool = toolsOf({ PATH: '/bin:/usr/bin' });
  expect(await tool('no-such-program-here', [])).toEqual({ kind: 'absent' });
  expect(await tool('echo', ['$HOME'])).toEqual({ kind: 'said', text: '$HOME\n' });
  expect(await tool('ls', ['/no/such'])).toEqual({
    kind: 'failed',
    text: expect.stringContaining('/no/such'),
  });
});
