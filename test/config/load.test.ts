import { mkdirSync, mkdtempSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { loadConfig } from '../../config/load.ts';
import { changed, GOOD_CONFIG } from './good-config.ts';

const CONTRACT_EXAMPLE = `device:
  id: kitchen-printer-7            # [A-Za-z0-9_-]{1,64}; part of every topic
  name: Kitchen printer            # optional

mqtt:
  url: mqtts://broker.example.net:8883   # mqtt | mqtts | ws | wss
  username: kitchen-printer-7      # optional; secrets only ever by file:
  passwordFile: mqtt-password      # relative to $CREDENTIALS_DIRECTORY if set, else to the config file
  caFile: ca.pem                   # certFile, keyFile for client certificates
  topicPrefix: replenish
  homeAssistant: true              # discovery, default false; or {discoveryPrefix: homeassistant}

replenish:
  url: https://dash-replenishment-service-na.amazon.com
  token:
    source: mqtt                   # mqtt | lwa | file
  dryRun: false                    # decide and report everything, send nothing

hardware:                          # a connection each; drivers below
  scale: { driver: lines, port: /dev/serial/by-id/usb-..., baudRate: 9600, pattern: 'slot=(?<channel>\\w+) raw=(?<value>-?\\d+(?:\\.\\d+)?)' }

slots:
  black:                           # local name, [A-Za-z0-9_-]{1,64}; part of topics
    slotId: 4c8746c0-91cf-40ac-a001-daca4ab0aa1c   # DRS slot id, any string
    name: Black ink
    sensor: { from: scale, channel: "1" }
    calibration: { empty: 120, full: 880 }         # raw values; inverted sensors allowed
    valid: { min: 0, max: 1023 }   # raw outside, or listed in sentinels: [..], is never believed
    filter: { median: 5 }
    staleAfter: 60s
    reorderAt: 20%                 # equality counts as low
    rearmAt: 60%                   # refill is seen at or above
    confirm: { samples: 5, for: 30s }   # both must hold before low, or refilled, is believed
    leadTime: 7d                   # optional: also order when the forecast says empty within this time
    maxOrders: { count: 2, per: 30d }
`;

let folder = '';
let file = '';
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'config-load-'));
  file = join(folder, 'agent.yaml');
});
afterEach(() => rmSync(folder, { recursive: true }));

function mistake(path: string): string {
  const loaded = loadConfig(path, {});
  if (loaded.ok) throw new Error('The file was good');
  expect(loaded.problems).toHaveLength(1);
  const [problem] = loaded.problems;
  expect(problem).toMatchObject({ line: 0, column: 0, path: '', found: null });
  return problem?.message ?? '';
}

const WITH_FILES = changed(
  '  url: mqtts://broker.example.net\n',
  '  url: mqtts://broker.example.net\n  username: u\n  passwordFile: pw\n  caFile: ca.pem\n',
).replace('https://drs.example.net\n', 'https://drs.example.net\n  token: { source: file, file: token }\n');

describe('a configuration file', () => {
  test('as the contract shows it loads with warnings only', () => {
    writeFileSync(file, CONTRACT_EXAMPLE);
    const loaded = loadConfig(file, {});
    expect(loaded.ok).toBe(true);
    expect(loaded.warnings.map(({ path }) => path)).toEqual(['mqtt.passwordFile', 'mqtt.caFile']);
    if (!loaded.ok) return;
    expect(loaded.config.slots['black']).toMatchObject({
      reorderAtPercent: 20,
      rearmAtPercent: 60,
      leadTimeMs: 604_800_000,
      maxOrders: { count: 2, perMs: 2_592_000_000 },
    });
  });

  test('loads without warnings when what it names is there', () => {
    for (const name of ['pw', 'ca.pem', 'token']) writeFileSync(join(folder, name), 'x');
    writeFileSync(file, WITH_FILES);
    expect(loadConfig(file, {})).toMatchObject({ ok: true, warnings: [], text: WITH_FILES });
  });

  test('warns of absent secrets and certificates, at their lines', () => {
    writeFileSync(file, WITH_FILES);
    const loaded = loadConfig(file, {});
    expect(loaded.ok).toBe(true);
    expect(loaded.warnings).toEqual([
      {
        line: 6,
        column: 17,
        path: 'mqtt.passwordFile',
        found: 'pw',
        message: `there is no file ${folder}/pw yet: it is taken up when it appears`,
      },
      {
        line: 7,
        column: 11,
        path: 'mqtt.caFile',
        found: 'ca.pem',
        message: `there is no file ${folder}/ca.pem: put it there, or correct the path`,
      },
      {
        line: 10,
        column: 32,
        path: 'replenish.token.file',
        found: 'token',
        message: `there is no file ${folder}/token yet: it is taken up when it appears`,
      },
    ]);
  });

  test('finds secrets in the credentials folder', () => {
    const credentials = join(folder, 'credentials');
    mkdirSync(credentials);
    for (const name of ['pw', 'token']) writeFileSync(join(credentials, name), 'x');
    writeFileSync(join(folder, 'ca.pem'), 'x');
    writeFileSync(file, WITH_FILES);
    const loaded = loadConfig(file, { credentialsDirectory: credentials });
    expect(loaded.warnings).toEqual([]);
    expect(loaded.ok && loaded.config.mqtt.passwordFile).toBe(join(credentials, 'pw'));
  });

  test('finds them beside itself when no credentials folder is named', () => {
    writeFileSync(file, WITH_FILES);
    const loaded = loadConfig(file, { credentialsDirectory: '' });
    expect(loaded.ok && loaded.config.mqtt.passwordFile).toBe(join(folder, 'pw'));
  });

  test('that is not there is one mistake with a remedy', () => {
    expect(mistake(file)).toBe(
      `there is no file ${file}: name one with --config, or type replenish-agent init to make it`,
    );
  });

  test('that is a folder is one mistake with a remedy', () => {
    expect(mistake(`${folder}/`)).toBe(
      `${folder}/ is a folder: name the file in it, as in --config ${folder}/agent.yaml`,
    );
  });

  test('that cannot be opened for another reason is one mistake with that reason', () => {
    symlinkSync(file, file);
    expect(mistake(file)).toBe(`${file} cannot be read (ELOOP): check the path and the disk`);
  });

  test('that is not UTF-8 is one mistake with a remedy', () => {
    writeFileSync(file, Buffer.from([0x61, 0x3a, 0x20, 0xff]));
    expect(mistake(file)).toBe(`${file} is not UTF-8 text: save it as UTF-8`);
  });

  test('of more than 1 MiB is refused unread, an endless one too', () => {
    writeFileSync(file, '#'.repeat(1024 * 1024 + 1));
    expect(mistake(file)).toBe(`${file} is larger than 1 MiB: this is not a configuration`);
    expect(mistake('/dev/zero')).toBe('/dev/zero is larger than 1 MiB: this is not a configuration');
  });

  test('of exactly 1 MiB is read', () => {
    writeFileSync(file, GOOD_CONFIG.padEnd(1024 * 1024, '\n'));
    expect(loadConfig(file, {}).ok).toBe(true);
  });

  test('may begin with a byte order mark', () => {
    writeFileSync(file, `\ufeff${GOOD_CONFIG}`);
    expect(loadConfig(file, {}).ok).toBe(true);
  });
});
