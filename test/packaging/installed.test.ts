import { execFileSync } from 'node:child_process';
import { chmodSync, mkdtempSync, readdirSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, onTestFinished, test, vi } from 'vitest';
import { CHECKOUT } from '../support/agent-process.ts';
import { openPty } from '../support/pty.ts';
import { debianRoot } from './debian-root.ts';
import { DebianSystem } from './debian-system.ts';
import { type Ends, type Took, takeOver } from './stand-in-systemd.ts';

/*
 * The package, installed into a Debian of its own. One story: each test goes on where the one before it has ended. What
 * needs a running systemd is tried by the scripts for a board.
 */

const LIB = '/usr/lib/replenish-agent';
const KEPT = `${LIB}.previous`;
const DROP_IN = '/usr/lib/systemd/system/replenish-agent.service.d/zz-previous-version.conf';
const SAMPLE = '/etc/replenish-agent/agent.example.yaml';
/** Downloads and unpacks half a system where nothing is kept yet. */
const ROOT_MS = 300_000;
const PATIENCE = { timeout: 50_000, interval: 50 };

vi.setConfig({ testTimeout: 180_000 });

const folder = mkdtempSync(join(tmpdir(), 'installed-'));
const tree = join(folder, 'tree');
let system: DebianSystem;

beforeAll(async () => {
  const architecture = process.arch === 'x64' ? 'amd64' : process.arch;
  const words = ['--architecture', architecture, '--out', folder, '--compression', 'none'];
  execFileSync(process.execPath, [join(CHECKOUT, 'config/packaging/deb.ts'), ...words]);
  const [file = ''] = readdirSync(folder);
  execFileSync('dpkg-deb', ['--raw-extract', join(folder, file), tree]);
  system = new DebianSystem(await debianRoot('installed'));
  system.bring(join(folder, file), 'first.deb');
  rmSync(join(folder, file));
}, ROOT_MS);

afterAll(() => {
  system.clear();
  rmSync(folder, { recursive: true });
});

/** The version that is built, under another number. */
function bringVersion(version: string): void {
  const control = join(tree, 'DEBIAN/control');
  const rollback = join(tree, 'usr/sbin/replenish-agent-rollback');
  const replaceIn = (path: string, pattern: RegExp, text: string): void =>
    writeFileSync(path, readFileSync(path, 'utf8').replace(pattern, text));
  replaceIn(control, /^Version: .*$/m, `Version: ${version}`);
  replaceIn(rollback, /^installed='.*'$/m, `installed='${version}'`);
  const file = join(folder, 'next.deb');
  execFileSync('dpkg-deb', ['--root-owner-group', '-Znone', '--build', tree, file]);
  system.bring(file, 'next.deb');
  rmSync(file);
}

/** What it printed. It has to end well. */
function run(command: string): string {
  const { status, stdout, stderr } = system.run(command);
  expect(status, `${command}\n${stdout}${stderr}`).toBe(0);
  return stdout;
}

function installFile(name: string): string {
  return run(`dpkg --force-unsafe-io -i /tmp/${name} < /dev/null 2>&1`);
}

/** Every file and folder in it with this in its name, but for what tells of installing. */
function traces(): readonly string[] {
  return run("find / -xdev -name '*replenish*' -not -path '/proc/*' -not -path '/dev/*'").trim().split('\n');
}

test('installs where no systemd runs, says what to do next, and works', () => {
  expect(installFile('first.deb')).toMatch(/waits for its configuration: sudo replenish-agent init/);
  expect(run('replenish-agent --version')).toMatch(/^\d+\.\d+\.\d+\n$/);
  run(`replenish-agent check --config ${SAMPLE}`);
  expect(run('id -nG replenish-agent').trim().split(' ').sort()).toEqual([
    'dialout',
    'gpio',
    'replenish-agent',
  ]);
  expect(run('systemctl is-enabled replenish-agent')).toBe('enabled\n');
  expect(run('replenish-agent-rollback --show')).toMatch(
    /^in force: {2}(\S+)\ninstalled: \1\nkept: {6}none\n$/,
  );
});

test('has made what V8 keeps of the program with the flags of the unit, root’s own, and nothing beside it', () => {
  expect(run(`stat -c '%U %a' ${LIB}/replenish-agent.cache`)).toBe('root 644\n');
  const size = statSync(join(system.root, LIB, 'replenish-agent.cache')).size;
  expect(size).toBeGreaterThan(500_000);
  expect(run('ls /tmp').trim().split('\n')).toEqual(['first.deb']);
});

test('the installed service starts as its own user, reads a serial device and ends cleanly', async () => {
  const pty = openPty();
  chmodSync(pty.device, 0o666);
  const config = {
    device: { id: 'installed' },
    mqtt: { url: 'mqtt://127.0.0.1:1' },
    replenish: { url: 'https://127.0.0.1:1', dryRun: true },
    hardware: { scale: { driver: 'lines', port: pty.device, pattern: 'level=(?<value>\\d+)' } },
    slots: {
      black: {
        slotId: 'a',
        sensor: { from: 'scale' },
        calibration: { empty: 0, full: 100 },
        confirm: { samples: 3, for: '0s' },
      },
    },
  };
  writeFileSync(join(folder, 'agent.yaml'), JSON.stringify(config));
  system.bring(join(folder, 'agent.yaml'), 'agent.yaml');
  run('mv /tmp/agent.yaml /etc/replenish-agent && chmod 644 /etc/replenish-agent/agent.yaml');
  run('install -d -o replenish-agent -g replenish-agent -m 700 /var/lib/replenish-agent');
  const unit = readFileSync(join(system.root, 'usr/lib/systemd/system/replenish-agent.service'), 'utf8');
  const start = /^ExecStart=(.+)$/m.exec(unit)?.[1] ?? '';
  const service = system.start(
    `STATE_DIRECTORY=/var/lib/replenish-agent exec setpriv --reuid=replenish-agent --regid=replenish-agent --init-groups ${start}`,
  );
  onTestFinished(() => {
    service.kill('SIGKILL');
    pty.unplug();
  });
  let said = '';
  service.stdout?.setEncoding('utf8').on('data', (text: string) => {
    said += text;
  });
  await vi.waitFor(() => expect(said).toContain('The agent has started.'), PATIENCE);
  await vi.waitFor(() => {
    pty.write('level=90\n');
    expect(said).toMatch(/"slot":"black","phase":"stocked"/);
  }, PATIENCE);
  const ended = new Promise((resolve) => service.on('exit', (...how) => resolve(how)));
  service.kill('SIGTERM');
  expect(await ended).toEqual([0, null]);
});

test('an upgrade keeps an edited sample, the state, and the version that it replaces', () => {
  const first = run('dpkg-query -s replenish-agent | sed -n "s,^Version: ,,p"').trim();
  run(`echo '# mine' >> ${SAMPLE}`);
  bringVersion('90.0-1');
  installFile('next.deb');
  expect(run(`tail -1 ${SAMPLE}`)).toBe('# mine\n');
  run('test -s /var/lib/replenish-agent/state.db');
  expect(run('replenish-agent-rollback --show')).toBe(
    `in force:  90.0-1\ninstalled: 90.0-1\nkept:      ${first}\n`,
  );
  // The runtime is on the disk once.
  expect(run(`stat -c %i ${LIB}/node`)).toBe(run(`stat -c %i ${KEPT}/node`));
  expect(readFileSync(join(system.root, KEPT, 'replenish-agent.service'), 'utf8')).toMatch(/^ExecStart=/m);
});

describe('a version that takes the place of one that was ready', () => {
  const took = (ends: Ends): Took => takeOver(system, DROP_IN, ends);

  test('stays when it becomes ready, and nothing is said', () => {
    expect(took({ installed: 0, kept: 0 })).toEqual({
      said: '',
      journal: '',
      inForce: 'installed',
      starts: 1,
    });
  });

  test.each([3, 78])('and ends with %d gives it back, and people are told what to do', (code) => {
    const { said, journal, inForce, starts } = took({ installed: code, kept: 0 });
    expect(said).toMatch(
      `replenish-agent: Version 90.0-1 did not become ready: it ended with exit code ${code}. Version `,
    );
    expect(said).toMatch(/ is in force again, .* try 90\.0-1 again: sudo replenish-agent-rollback --undo\n$/);
    expect(`replenish-agent: ${journal}`).toBe(said);
    expect({ inForce, starts }).toEqual({ inForce: 'kept', starts: 2 });
    const dropIn = readFileSync(join(system.root, DROP_IN), 'utf8');
    expect(dropIn).toMatch(`\nExecStart=\nExecStart=${KEPT}/launch.pl ${KEPT}/node `);
  });

  test('stays when the one before it does not become ready either, and both are told', () => {
    const { said, inForce } = took({ installed: 3, kept: 4 });
    expect(said).toMatch(
      /exit code 3\. Nor did version .* become ready in its place: it ended with exit code 4\./,
    );
    expect(inForce).toBe('installed');
  });

  test('stays when the state is further than the one before it knows, also where only SQLite’s log says so', () => {
    const setVersion = (version: number): string =>
      `setpriv --reuid=replenish-agent --regid=replenish-agent --clear-groups ${LIB}/node -e '
        const { DatabaseSync } = require("node:sqlite");
        new DatabaseSync("/var/lib/replenish-agent/state.db").exec("PRAGMA user_version = ${version}");
        process.kill(process.pid, "SIGKILL");' || true`;
    run(setVersion(99));
    const { said, inForce, starts } = took({ installed: 3, kept: 0 });
    expect(said).toMatch(/the state on disk is of version 99, and it knows up to \d+\. .* could order twice/);
    expect({ inForce, starts }).toEqual({ inForce: 'installed', starts: 1 });
    run(setVersion(Number(readFileSync(join(system.root, LIB, 'state-version'), 'utf8'))));
  });

  test('is not judged where nothing was ready before, or where whoever runs the machine forbids a restart', () => {
    const quiet = { said: '', journal: '', inForce: 'installed' };
    expect(took({ running: 3, installed: 3, kept: 0 })).toEqual({ ...quiet, starts: 1 });
    expect(took({ isForbidden: true, installed: 3, kept: 0 })).toEqual({ ...quiet, starts: 0 });
  });
});

test('while the kept version is in force commands are its own, and the next upgrade keeps it and goes back to the newest', () => {
  const kept = readFileSync(join(system.root, KEPT, 'package-version'), 'utf8').trim();
  run(`mkdir -p ${DROP_IN.slice(0, DROP_IN.lastIndexOf('/'))} && : > ${DROP_IN}`);
  expect(run('replenish-agent-rollback --show')).toMatch(`in force:  ${kept}\ninstalled: 90.0-1\n`);
  expect(run('sh -x /usr/bin/replenish-agent --version 2>&1')).toMatch(`exec ${KEPT}/node ${KEPT}/`);
  bringVersion('91.0-1');
  installFile('next.deb');
  expect(run('replenish-agent-rollback --show')).toBe(
    `in force:  91.0-1\ninstalled: 91.0-1\nkept:      ${kept}\n`,
  );
  expect(run('sh -x /usr/bin/replenish-agent --version 2>&1')).toMatch(`exec ${LIB}/node ${LIB}/`);
});

test('removing it keeps configuration and state, and purging leaves nothing', () => {
  run('dpkg -r replenish-agent');
  expect(traces().filter((path) => !/^\/(?:etc|var\/lib\/(?:dpkg|systemd))\//.test(path))).toEqual([
    '/var/lib/replenish-agent',
  ]);
  run('test -s /var/lib/replenish-agent/state.db -a -s /etc/replenish-agent/agent.yaml');
  run('dpkg -P replenish-agent');
  expect(traces()).toEqual(['']);
});
