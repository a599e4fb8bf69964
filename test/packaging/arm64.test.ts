import { execFileSync, spawn, spawnSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, onTestFinished, test, vi } from 'vitest';
import { CHECKOUT } from '../support/agent-process.ts';
import { openPty } from '../support/pty.ts';
import { debianRoot } from './debian-root.ts';

/*
 * The package for arm64, unpacked beside the libraries that Debian has for it, on an emulated processor. Its kernel is
 * this machine's; systemd and real parts are for a board.
 */

/** Downloads the runtime and libraries where nothing is kept yet. */
const FETCH_MS = 300_000;
const PATIENCE = { timeout: 50_000, interval: 50 };

vi.setConfig({ testTimeout: 180_000 });

const folder = mkdtempSync(join(tmpdir(), 'arm64-'));
const root = join(folder, 'root');
const lib = join(root, 'usr/lib/replenish-agent');

beforeAll(async () => {
  const words = ['--architecture', 'arm64', '--out', folder, '--compression', 'none'];
  execFileSync(process.execPath, [join(CHECKOUT, 'config/packaging/deb.ts'), ...words]);
  const [file = ''] = readdirSync(folder);
  mkdirSync(root);
  execFileSync('tar', ['-xf', await debianRoot('arm64-libraries'), '-C', root, '--exclude=./dev/*']);
  execFileSync('dpkg-deb', ['--extract', join(folder, file), root]);
}, FETCH_MS);

afterAll(() => rmSync(folder, { recursive: true }));

/** The program with these words, on the emulated processor. */
function wordsFor(...words: readonly string[]): readonly string[] {
  return [
    '-L',
    root,
    join(lib, 'node'),
    '--max-semi-space-size=1',
    '--v8-pool-size=1',
    join(lib, 'replenish-agent.mjs'),
    ...words,
  ];
}

function runOnArm64(...words: readonly string[]) {
  return spawnSync('qemu-aarch64-static', wordsFor(...words), { encoding: 'utf8', cwd: folder });
}

test('the runtime and every native part are for arm64', () => {
  const parts = readdirSync(lib, { recursive: true, encoding: 'utf8' }).filter((name) =>
    /(?:^|\/)node$|\.node$/.test(name),
  );
  expect(parts).toHaveLength(3);
  // e_machine of an ELF file, at byte 18: 183 is AArch64.
  for (const name of parts) expect(readFileSync(join(lib, name)).readUInt16LE(18), name).toBe(183);
});

test('the program for arm64 says its version, and finds the sample good', () => {
  expect(runOnArm64('--version')).toMatchObject({
    status: 0,
    stdout: expect.stringMatching(/^\d+\.\d+\.\d+\n$/),
  });
  const sample = join(root, 'etc/replenish-agent/agent.example.yaml');
  expect(runOnArm64('check', '--config', sample)).toMatchObject({ status: 0 });
});

test('the service for arm64 starts, loads its native parts, reads a serial device and ends cleanly', async () => {
  const pty = openPty();
  const config = {
    device: { id: 'arm64' },
    mqtt: { url: 'mqtt://127.0.0.1:1' },
    replenish: { url: 'https://127.0.0.1:1', dryRun: true },
    hardware: {
      scale: { driver: 'lines', port: pty.device, pattern: 'level=(?<value>\\d+)' },
      floats: { driver: 'gpio', chip: 'no-such-chip', channels: { tank: { line: 1 } } },
    },
    slots: {
      black: {
        slotId: 'a',
        sensor: { from: 'scale' },
        calibration: { empty: 0, full: 100 },
        confirm: { samples: 3, for: '0s' },
      },
    },
  };
  const path = join(folder, 'agent.yaml');
  writeFileSync(path, JSON.stringify(config));
  const words = wordsFor('run', '--config', path, '--state-dir', join(folder, 'state'));
  const service = spawn('qemu-aarch64-static', words, { stdio: ['ignore', 'pipe', 'inherit'] });
  onTestFinished(() => {
    service.kill('SIGKILL');
    pty.unplug();
  });
  let said = '';
  service.stdout.setEncoding('utf8').on('data', (text: string) => {
    said += text;
  });
  await vi.waitFor(() => expect(said).toContain('The agent has started.'), PATIENCE);
  await vi.waitFor(() => expect(said).toContain('no-such-chip'), PATIENCE);
  expect(said).not.toContain('could not be loaded');
  await vi.waitFor(() => {
    pty.write('level=90\n');
    expect(said).toMatch(/"slot":"black","phase":"stocked"/);
  }, PATIENCE);
  const ended = new Promise((resolve) => service.on('exit', (...how) => resolve(how)));
  service.kill('SIGTERM');
  expect(await ended).toEqual([0, null]);
});
