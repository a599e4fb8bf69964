import {
  chmodSync,
  existsSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  statSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, onTestFinished, test } from 'vitest';
import { type Finished, runAgent, startAgent } from '../support/agent-process.ts';
import { startMosquitto } from '../support/mosquitto.ts';
import { TerminalSession } from '../support/terminal.ts';
import { recordTopics } from '../support/topic-recorder.ts';
import { Board } from './board.ts';

/** Longer than any machine is slow: what is recognised ends the wait. */
const LISTEN = ['--listen', '60s'];

/** An empty folder and a board in it that prints two channels. */
function setUp() {
  const folder = mkdtempSync(join(tmpdir(), 'init-'));
  const board = new Board(folder, 'board', 20);
  onTestFinished(() => {
    board.close();
    rmSync(folder, { recursive: true, force: true });
  });
  board.show('1', 500);
  board.show('2', 300);
  const config = join(folder, 'etc', 'agent.yaml');
  return {
    folder,
    board,
    config,
    init: (...more: string[]): Promise<Finished> =>
      runAgent({ words: ['init', '--config', config, ...more] }),
  };
}

test('from an empty folder to a reading over MQTT, by options alone', async () => {
  const { folder, board, config, init } = setUp();
  const broker = await startMosquitto();
  onTestFinished(() => broker.dispose());
  const topics = await recordTopics(broker.url);
  onTestFinished(() => topics.close());
  const slot = 'name=black,id=4c8746c0,channel=1,empty=0,full=1000,label=Black ink,reorderAt=15%';
  const words = [
    '--port',
    board.path,
    ...LISTEN,
    '--broker',
    broker.url,
    '--device-id',
    'rig',
    '--slot',
    slot,
    '--yes',
  ];
  const written = await init(...words);
  expect(written.code, written.stderr).toBe(0);
  expect(written.stderr).toMatch(/text lines at 9600 baud, such as "slot=/);
  expect(written.stdout).toContain(`replenish-agent run --config ${config}`);
  expect(statSync(config).mode & 0o777).toBe(0o640);
  expect(readdirSync(join(folder, 'etc'))).toEqual(['agent.yaml']);
  const text = readFileSync(config, 'utf8');
  const schema = /^# yaml-language-server: \$schema=(\S+)\n/.exec(text)?.[1] ?? '';
  expect(JSON.parse(readFileSync(schema, 'utf8'))).toHaveProperty('properties.slots');
  expect(text).toContain("pattern: 'slot=(?<channel>\\w+) raw=(?<value>-?\\d+(?:\\.\\d+)?)'");

  const checked = await runAgent({ words: ['check', '--json', '--config', config] });
  expect(checked.code, checked.stdout).toBe(0);
  expect(JSON.parse(checked.stdout)).toMatchObject({
    file: config,
    ok: true,
    mistakes: [],
    slots: ['black'],
  });

  const agent = startAgent({
    words: ['run', '--config', config, '--state-dir', join(folder, 'state')],
    cwd: folder,
  });
  await topics.until((all) =>
    all.some(
      ({ topic, payload }) => topic === 'replenish/rig/slots/black' && JSON.parse(payload).raw === 500,
    ),
  );
  await agent.end('SIGTERM');

  const again = await init(...words);
  expect([again.code, again.stderr]).toEqual([2, expect.stringContaining('--force')]);
  expect(readFileSync(config, 'utf8')).toBe(text);
  const forced = await init(...words, '--force', '--device-id', 'other');
  expect(forced.code, forced.stderr).toBe(0);
  expect(readFileSync(config, 'utf8')).toContain('id: other');
});

test('a person at a terminal is asked, shown what the lines mean, and measures with the readings', async () => {
  const { folder, board, config } = setUp();
  const words = ['init', '--config', config, '--port', board.path, ...LISTEN];
  const terminal = new TerminalSession(words, folder);
  onTestFinished(() => terminal.close());
  await terminal.until('What do its lines mean?');
  expect(terminal.shown).toContain('channel 1 value 500; channel 2 value 300');
  terminal.press('\r');
  await terminal.answer('Name of the slot', 'black ink');
  // A wrong answer is explained, and can be corrected.
  await terminal.until('type for example black-ink');
  terminal.press('\u0015');
  await terminal.answer('Name of the slot', 'ink');
  await terminal.answer('Id of slot ink', 'id-1');
  await terminal.answer('What people call ink', '');
  await terminal.answer('Which value does it read?', '');
  await terminal.answer('Raw value of the empty container', '0');
  await terminal.answer('Raw value of the full container', 'now');
  await terminal.answer('Is there another slot?', 'n');
  await terminal.answer('Id of this device', 'kitchen');
  await terminal.answer('What people call it', '');
  await terminal.answer('MQTT broker', 'mqtts://broker.example.net');
  await terminal.answer('User name', 'kitchen');
  await terminal.answer('Address of Dash Replenishment', '');
  await terminal.answer('access tokens', '');
  expect(existsSync(config)).toBe(false);
  await terminal.answer('Dry run first?', '');
  expect(await terminal.exited, terminal.shown).toBe(0);
  expect(terminal.shown).toContain(join(folder, 'etc', 'mqtt-password'));
  const text = readFileSync(config, 'utf8');
  for (const part of ['id: kitchen  #', '  ink:', 'channel: "1"', 'calibration: { empty: 0, full: 500 }'])
    expect(text).toContain(part);
  const checked = await runAgent({ words: ['check', '--config', config] });
  expect(checked.code, checked.stderr).toBe(0);
});

test('Ctrl-C at a question leaves nothing behind', async () => {
  const { folder, board, config } = setUp();
  const terminal = new TerminalSession(['init', '--config', config, '--port', board.path, ...LISTEN], folder);
  onTestFinished(() => terminal.close());
  await terminal.until('What do its lines mean?');
  terminal.press('\u0003');
  expect(await terminal.exited, terminal.shown).toBe(1);
  expect(terminal.shown).toContain('Stopped. Nothing was written.');
  expect(terminal.shown).not.toMatch(/^\s+at /m);
  expect(readdirSync(folder)).toEqual(['board']);
});

test('what is missing or wrong without a terminal is named by its option, and nothing is written', async () => {
  const { config, init } = setUp();
  const gpio = ['--driver', 'gpio', '--chip', 'gpiochip0', '--slot', 'name=a,id=b,channel=17'];
  const rows: readonly (readonly [words: readonly string[], told: RegExp])[] = [
    [['--driver', 'toaster'], /^--driver is one of lines, scale/],
    [['--driver', 'gpio', '--yes', '--chip', 'c', '--slot', 'name=a,channel=17'], /add --slot \.\.\.,id=\./],
    [[...gpio, '--yes', '--device-id', 'a'], /MQTT broker.*add --broker\./],
    [[...gpio, '--device-id', 'a'], /add --slot \.\.\.,label=, or --yes/],
    [[...gpio, '--yes', '--broker', 'mqtt://broker.example.net'], /^--broker .*--allow-insecure/],
    [
      [...gpio, '--yes', '--broker', 'mqtts://b', '--device-id', 'a b'],
      /^--device-id "a b": .*type for example a-b/,
    ],
    [[...gpio, '--yes', '--broker', 'mqtts://b', '--token', 'magic'], /^--token is one of mqtt, lwa, file\./],
    [
      [
        '--driver',
        'iio',
        '--yes',
        '--device',
        'd',
        '--slot',
        'name=a,id=b,channel=voltage0',
        '--broker',
        'mqtts://b',
        '--dry-run',
        'no',
      ],
      /^--dry-run no: .*measured/,
    ],
    [
      ['--driver', 'gpio', '--chip', 'c', '--yes', '--slot', 'name=a,id=b,channel=17,full=x'],
      /,full= "x": a number is expected/,
    ],
  ];
  const runs = await Promise.all(rows.map(async ([words, told]) => ({ told, ...(await init(...words)) })));
  for (const { told, code, stdout, stderr } of runs) {
    expect({ code, stdout }, stderr).toEqual({ code: 2, stdout: '' });
    expect(stderr).toMatch(told);
    expect(stderr).not.toMatch(/^\s+at /m);
  }
  expect(existsSync(config)).toBe(false);
});

test('a named port that is not there yet can be set up with all settings given', async () => {
  const { folder, config, init } = setUp();
  const written = await init(
    ...['--port', join(folder, 'by-id-scale'), '--driver', 'scale', '--baud-rate', '4800', '--yes'],
    ...[
      '--slot',
      'black',
      '--slot-id',
      '4c87',
      '--broker',
      'mqtts://b',
      '--user',
      'me',
      '--token',
      'lwa',
      '--client-id',
      'c',
    ],
  );
  expect(written.code, written.stderr).toBe(0);
  expect(written.stderr).toContain('there is no such device now');
  expect(written.stdout).toContain('calibrate black');
  const text = readFileSync(config, 'utf8');
  for (const part of [
    'baudRate: 4800',
    'passwordFile: mqtt-password',
    'NOT MEASURED YET',
    'dryRun: true',
    'clientId: c',
  ]) {
    expect(text).toContain(part);
  }
});

test('a file or folder that cannot be written is told before anything is asked', async () => {
  const { folder, init } = setUp();
  const aFolder = await init('--config', folder);
  expect([aFolder.code, aFolder.stderr]).toEqual([1, expect.stringContaining('is a folder')]);
  writeFileSync(join(folder, 'file'), '');
  chmodSync(join(folder, 'file'), 0o400);
  const below = await init('--config', join(folder, 'file', 'agent.yaml'));
  expect([below.code, below.stderr]).toEqual([1, expect.stringMatching(/--config/)]);
});
