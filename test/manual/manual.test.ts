import { execFileSync, spawnSync } from 'node:child_process';
import { existsSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, onTestFinished, test } from 'vitest';
import { COMMANDS, type CommandEntry, EXIT_CODES } from '../../agent/command-line/command-table.ts';
import { bashCompletion } from '../../agent/manual/bash-completion.ts';
import { manPage } from '../../agent/manual/man-page.ts';
import { zshCompletion } from '../../agent/manual/zsh-completion.ts';
import packageJson from '../../package.json' with { type: 'json' };
import { read } from '../docs/markdown.ts';
import { ROOT } from '../rules/source-tree.ts';

const COMPLETION = 'config/packaging/completion/replenish-agent.bash';
const ZSH_COMPLETION = 'config/packaging/completion/replenish-agent.zsh';

test('the manual page and the completion are what the declaration of the commands says', () => {
  expect(read('config/packaging/man/replenish-agent.1')).toBe(manPage(packageJson.version));
  expect(read(COMPLETION)).toBe(bashCompletion());
  expect(read(ZSH_COMPLETION)).toBe(zshCompletion());
});

test('the manual page has every command, option and exit code, and no line that roff takes for a request', () => {
  const page = manPage('0.1.0');
  const plain = page.replaceAll(/\\f[BIR]/g, '').replaceAll('\\-', '-');
  for (const [name, { forms = [[]], options }] of Object.entries<CommandEntry>(COMMANDS)) {
    for (const form of forms) expect(plain).toContain(`\n${[name, ...form].join(' ')}\n`);
    for (const option of Object.keys(options)) expect(plain).toMatch(new RegExp(`^--${option}( .*)?$`, 'm'));
  }
  for (const [code, meaning] of Object.entries(EXIT_CODES))
    expect(plain.toLowerCase()).toContain(`\n.tp\n${code}\n${meaning}.\n`);
  for (const line of page.split('\n').filter((each) => each.startsWith('.')))
    expect(line).toMatch(/^\.(?:\\"|TH|SH|SS|PP|TP|B|I|BR|RI)(?: |$)/);
  expect(page).not.toMatch(/^'/m);
});

test('groff, where it is installed, finds nothing to complain about', () => {
  const groff = spawnSync('groff', ['-man', '-Tutf8', '-ww', '-z'], {
    input: manPage('0.1.0'),
    encoding: 'utf8',
  });
  const isAbsent = groff.error !== undefined;
  expect(isAbsent || groff.stderr === '', groff.stderr).toBe(true);
});

/** What bash offers for the last word of a line. */
function offers(line: string, cwd = ROOT): readonly string[] {
  const words = line.split(/ |(?==)|(?<==)/);
  const script = `source '${join(ROOT, COMPLETION)}'
    COMP_WORDS=("$@") COMP_CWORD=$(($# - 1))
    _replenish_agent
    printf '%s\\n' "\${COMPREPLY[@]}"`;
  const said = execFileSync('bash', ['--norc', '-c', script, 'bash', ...words], { cwd, encoding: 'utf8' });
  return said.split('\n').filter((word) => word !== '');
}

test('bash offers commands, their options, and the words that may stand at a place', () => {
  expect(offers('replenish-agent ')).toEqual(expect.arrayContaining(Object.keys(COMMANDS)));
  expect(offers('replenish-agent re')).toEqual(['resolve', 'rearm', 'replay', 'register']);
  expect(offers('replenish-agent help ')).toEqual(Object.keys(COMMANDS));
  for (const [name, { options }] of Object.entries<CommandEntry>(COMMANDS)) {
    const all = Object.keys(options).map((option) => `--${option}`);
    expect(offers(`replenish-agent ${name} --`)).toEqual([...all, '--help', '--version']);
  }
  expect(offers('replenish-agent resolve black ')).toEqual(['placed', 'not-placed']);
  expect(offers('replenish-agent resolve --state-dir x black not')).toEqual(['not-placed']);
  expect(offers('replenish-agent init --dry-run=n')).toEqual(['no']);
  expect(offers('replenish-agent resolve black placed ')).toEqual([]);
});

test('bash offers files, folders, and the slots of the configuration that is named', () => {
  const cwd = mkdtempSync(join(tmpdir(), 'completion-'));
  onTestFinished(() => rmSync(cwd, { recursive: true, force: true }));
  mkdirSync(join(cwd, 'a folder'));
  const config =
    'hardware:\n  scale: {}\nslots: # two\n    black:\n        sensor: x\n    # no\n    blue: {}\nmqtt:\n  url: x\n';
  writeFileSync(join(cwd, 'agent.yaml'), config);
  expect(existsSync(join(cwd, 'agent.yaml'))).toBe(true);
  expect(offers('replenish-agent check --config a', cwd).toSorted()).toEqual(['a folder', 'agent.yaml']);
  expect(offers('replenish-agent run --state-dir a', cwd)).toEqual(['a folder']);
  for (const line of ['calibrate --config agent.yaml ', 'commission --config=agent.yaml '])
    expect(offers(`replenish-agent ${line}`, cwd)).toEqual(['black', 'blue']);
  expect(offers('replenish-agent order --config agent.yaml ', cwd)).toEqual(['black', 'blue', 'cancel-test']);
  expect(offers('replenish-agent order --config agent.yaml cancel-test bl', cwd)).toEqual(['black', 'blue']);
  expect(offers('replenish-agent order --config nowhere.yaml ', cwd)).toEqual(['cancel-test']);
});

test('zsh is told every command, option and word, each with what it does', () => {
  const text = zshCompletion().replaceAll("'\\''", "'");
  expect(text).toMatch(/^#compdef replenish-agent\n/);
  for (const [name, { does, forms = [], options }] of Object.entries<CommandEntry>(COMMANDS)) {
    expect(text).toContain(`    '${name}:${does}'\n`);
    const [, own = ''] = text.split(`\n    ${name})\n`);
    const [specs = ''] = own.split('      ;;');
    for (const [option, { value, does: meaning }] of Object.entries(options))
      expect(specs).toContain(`--${option}${value === null ? '' : '='}[${meaning}]`);
    const words = new Set(forms.flat().flatMap((word) => word.split('|')));
    for (const word of words) expect(specs).toMatch(new RegExp(`_replenish_agent_offer .*\\b${word}\\b`));
  }
  expect(text).toContain("'2:SLOT: _replenish_agent_offer 'cancel-test' SLOT'");
});

test('zsh, where it is installed, can read its completion', () => {
  const zsh = spawnSync('zsh', ['-n', join(ROOT, ZSH_COMPLETION)], { encoding: 'utf8' });
  const isAbsent = zsh.error !== undefined;
  expect(isAbsent || zsh.stderr === '', zsh.stderr).toBe(true);
});
