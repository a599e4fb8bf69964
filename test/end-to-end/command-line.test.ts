import { spawnSync } from 'node:child_process';
import { mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, onTestFinished, test } from 'vitest';
import { helpText } from '../../agent/command-line/help-text.ts';
import { CHECKOUT, runAgent, runNpm } from '../support/agent-process.ts';

const BROKEN = `device:
  id: kitchen printer
mqtt:
  url: mqtt://broker.example.net
replenish:
  url: https://dash-replenishment-service-na.amazon.com
  token: { source: file, file: access-token }
  dryrun: false
hardware:
  scale:
    driver: lines
    port: /dev/ttyUSB0
    pattern: 'raw=(?<number>\\d+)'
slots:
  black:
    slotId: 4c8746c0
    sensor: { from: scales, channel: "1" }
    calibration: { empty: 120, full: 120 }
    reorderAt: 0.2
    staleAfter: 60
    confirm: { samples: 0, for: 30s }
`;

/** Line and column of each mistake, and a word of the message that says what to type. */
const MISTAKES = [
  [2, 7, /id/],
  [4, 8, /allowInsecure|mqtts/],
  [8, 3, /dryRun/],
  [13, 14, /value/],
  [17, 21, /scale/],
  [18, 38, /different/],
  [19, 16, /20%/],
  [20, 17, /60s/],
  [21, 25, /1 to 1000/],
] as const;

function folderWith(text: string): { folder: string; file: string } {
  const folder = mkdtempSync(join(tmpdir(), 'command-line-'));
  onTestFinished(() => rmSync(folder, { recursive: true, force: true }));
  const file = join(folder, 'agent.yaml');
  writeFileSync(file, text);
  return { folder, file };
}

test.each(['check', 'run'])(
  '%s on a broken file tells every mistake with line and column, and ends with 78',
  async (command) => {
    const { folder, file } = folderWith(BROKEN);
    const { code, stdout, stderr } = await runAgent({ words: [command, '--config', file], cwd: folder });
    expect(code).toBe(78);
    expect(stdout).toBe('');
    for (const [line, column, word] of MISTAKES) {
      const told = stderr.split('\n').find((text) => text.includes(`${file}:${line}:${column} `));
      expect(told, `${line}:${column} in\n${stderr}`).toMatch(word);
    }
    expect(stderr).not.toMatch(/^\s+at /m);
    expect(readdirSync(folder)).toEqual(['agent.yaml']);
  },
);

/** Each layer holds nine of the one below. */
const BOMB = [...'bcdefghijk'].reduce(
  (text, name, index) => `${text}${name}: &${name} [${`*${'abcdefghijk'[index]},`.repeat(9)}]\n`,
  'a: &a [x,x]\n',
);

test('check on what is no configuration at all ends with 78 and a sentence', async () => {
  const texts = ['', 'device: [\n  "', '\u0000\u0001\u0002', BOMB, '- a\n- b\n', '7'];
  const files = [...texts.map((text) => folderWith(text).file), '/nowhere/agent.yaml', tmpdir()];
  const runs = files.map(async (file) => ({
    file,
    ...(await runAgent({ words: ['check', '--config', file] })),
  }));
  for (const { file, code, stderr } of await Promise.all(runs)) {
    expect(code, stderr).toBe(78);
    expect(stderr).toContain(file);
    expect(stderr).not.toMatch(/^\s+at |undefined|\[object/m);
  }
});

test('the sample configuration passes check', async () => {
  const file = join(CHECKOUT, 'config/agent.example.yaml');
  const { code, stdout } = await runAgent({ words: ['check', '--config', file] });
  expect(code).toBe(0);
  expect(stdout).toMatch(/is good: \d+ slots? on \d+ connections?\.\n$/);
});

test('a secret that stands in the file by mistake is not printed', async () => {
  const { file } = folderWith(BROKEN.replace('dryrun: false', 'accessToken: Atza|IwEBISecret'));
  const { code, stderr } = await runAgent({ words: ['check', '--config', file] });
  expect(code).toBe(78);
  expect(stderr).toContain(`${file}:8:3 `);
  expect(stderr).not.toContain('IwEBISecret');
});

test('help goes to stdout', async () => {
  const lines = [['--help'], ['-h'], ['help'], ['help', '--help']];
  const runs = await Promise.all(lines.map((words) => runAgent({ words })));
  for (const { code, stdout, stderr } of runs) {
    expect({ code, stderr }).toEqual({ code: 0, stderr: '' });
    expect(stdout).toMatch(/^replenish-agent/);
  }
});

test('wrong usage is a sentence on stderr and exit 2', async () => {
  const lines = [
    [],
    ['order-everything'],
    ['run', '--confg', 'x'],
    ['check', 'a', 'b'],
    ['run', '--log-level', 'loud'],
    ['run', '--config'],
    ['run', '--config='],
    ['--verbose'],
    ['status', 'black'],
    ['order'],
    ['order', 'cancel', 'black'],
    ['resolve', 'black'],
    ['resolve', 'black', 'perhaps'],
    ['resolve', '', 'placed'],
    ['init', 'black'],
    ['init', '--listen', '3'],
    ['check', '--json', '--json=x'],
  ];
  const runs = await Promise.all(lines.map((words) => runAgent({ words })));
  for (const { code, stdout, stderr } of runs) {
    expect({ code, stdout }).toEqual({ code: 2, stdout: '' });
    expect(stderr).toMatch(/^[A-Z-].+[.?]\n/);
    expect(stderr).not.toMatch(/^\s+at /m);
  }
});

test('a reader that has seen enough ends a command without a word', async () => {
  const { stdout, stderr, status } = spawnSync(
    'bash',
    [
      '-c',
      'set -o pipefail; "$0" agent/main.ts doctor --config /nowhere/agent.yaml | true',
      process.execPath,
    ],
    { cwd: CHECKOUT, encoding: 'utf8' },
  );
  expect({ stdout, status }).toEqual({ stdout: '', status: 1 });
  expect(stderr).not.toContain('not made for');
});

test('a command tells its help and the version, on stdout', async () => {
  const { version } = JSON.parse(readFileSync(join(CHECKOUT, 'package.json'), 'utf8')) as { version: string };
  const lines = ['order', 'bench'].flatMap((name) => [
    { words: [name, '--help'], about: name },
    { words: [name, '-h'], about: name },
    { words: ['help', name], about: name },
    { words: [name, '--version'], about: null },
    { words: [name, '-V'], about: null },
  ]);
  for (const { words, about } of lines) {
    const told = await runAgent({ words });
    expect(told, words.join(' ')).toMatchObject({ code: 0, stderr: '' });
    if (about === null) expect(told.stdout).toBe(`${version}\n`);
    else expect(told.stdout).toContain(`replenish-agent ${about}: `);
  }
});

test.each(['run', 'check'] as const)('misuse of %s shows the options of that command', async (command) => {
  const { code, stderr } = await runAgent({ words: [command, '--confg', 'x'] });
  expect(code).toBe(2);
  expect(stderr).toMatch(/^Unknown option '--confg'\. Did you mean --config\?\n\n/);
  expect(stderr).toContain(helpText(command));
});

test('an unknown command is a sentence, also with --help', async () => {
  for (const words of [['ordr'], ['ordr', '--help'], ['help', 'ordr']]) {
    const { code, stdout, stderr } = await runAgent({ words });
    expect({ code, stdout }).toEqual({ code: 2, stdout: '' });
    expect(stderr).toMatch(/^There is no command "ordr"\. Did you mean order\?\n/);
  }
});

test('npm run agent runs on the pinned runtime, in a shell that knows nothing of it', async () => {
  const { version } = JSON.parse(readFileSync(join(CHECKOUT, 'package.json'), 'utf8')) as { version: string };
  expect(await runNpm(['run', '-s', 'agent', '--', '--version'])).toEqual({
    code: 0,
    signal: null,
    stdout: `${version}\n`,
    stderr: '',
  });
});
