import { expect, test } from 'vitest';
import { checkConfig } from '../../config/check.ts';
import { printProblems } from '../../config/print-problems.ts';
import { changed, FOLDERS } from './good-config.ts';

function printed(text: string): readonly string[] {
  const checked = checkConfig(text, FOLDERS);
  return checked.ok ? [] : printProblems(checked.problems, 'agent.yaml', text);
}

test('a mistake is shown with its place, its line and a caret under what was found', () => {
  expect(
    printed(changed('    slotId: id-blue\n', '    slotId: id-blue\n    reorderAt: 0.2   # low\n')),
  ).toEqual([
    'agent.yaml:19:16  slots.blue.reorderAt: found 0.2; a level is written with a percent sign: type 20%',
    '        reorderAt: 0.2   # low',
    '                   ^^^',
  ]);
});

test('a caret stands under the name of an unknown setting', () => {
  expect(printed(changed('  id: printer-7', '  id: printer-7\n  nmae: x'))).toEqual([
    'agent.yaml:3:3  device.nmae: there is no setting of this name here; did you mean name?',
    '      nmae: x',
    '      ^^^^',
  ]);
});

test('a problem with the whole file has no line', () => {
  const problem = { line: 0, column: 0, path: '', found: null, message: 'there is no file /x' };
  expect(printProblems([problem], 'agent.yaml', null)).toEqual(['agent.yaml  there is no file /x']);
});

test.each([
  [
    'a password under a wrong name',
    '  url: mqtts://broker.example.net\n',
    '  url: mqtts://b\n  password: hunter2\n',
  ],
  [
    'a quoted password',
    '  url: mqtts://broker.example.net\n',
    '  url: mqtts://b\n  "password" : "hunter2"\n',
  ],
  ['credentials in a url', 'mqtts://broker.example.net', 'mqtts://joe:hunter2@broker'],
  ['credentials with a slash in a url', 'mqtts://broker.example.net', 'mqtts://joe:a/hunter2@broker'],
  ['credentials without a scheme', 'mqtts://broker.example.net', 'joe:hunter2@broker'],
  ['a token', '  url: https://drs.example.net\n', '  url: https://drs.example.net\n  token: Atza|hunter2\n'],
  [
    'a token in a flow map',
    '  url: https://drs.example.net\n',
    '  url: https://d\n  token: { source: mqtt, accessToken: hunter2 }\n',
  ],
  [
    'a password on a line that is no YAML',
    '  url: mqtts://broker.example.net\n',
    '  url: a: b\n  password: hunter2: x\n',
  ],
])('%s is never shown', (_, from, to) => {
  const text = changed(from, to);
  expect(printed(text).length).toBeGreaterThan(0);
  expect(printed(text).join('\n')).not.toContain('hunter2');
  expect(JSON.stringify(checkConfig(text, FOLDERS))).not.toContain('hunter2');
});

test('the names of secret files are shown', () => {
  const text = changed(
    '  url: mqtts://broker.example.net\n',
    '  url: mqtts://b\n  passwordFile: [secret-file]\n',
  );
  expect(printed(text).join('\n')).toContain('passwordFile: [secret-file]');
});

test('control characters and direction marks never reach the terminal', () => {
  const text = changed('printer-7', '"\u001b[2J\u202e" # \u001b[31m\u009b');
  expect(printed(text).length).toBeGreaterThan(0);
  for (const dangerous of ['\u001b', '\u009b', '\u202e']) {
    expect(text).toContain(dangerous);
    expect(printed(text).join('\n')).not.toContain(dangerous);
  }
});

test('a tab before the mistake keeps the caret below it', () => {
  const lines = printed(changed('id: printer-7', 'id:\t7.5'));
  expect(lines.slice(1)).toEqual(['      id:\t7.5', '         \t^^^']);
});

test('a long line is shown around the mistake, an endless one not at all', () => {
  const long = printed(changed('id: printer-7', `id: printer-7\n  name: { ${'a: 1, '.repeat(60)} }`));
  expect(Math.max(...long.slice(1).map((line) => line.length))).toBeLessThanOrEqual(124);
  const endless = printed(changed('id: printer-7', `id: '${'x'.repeat(5000)}'`));
  expect(endless).toHaveLength(1);
  expect(endless[0]?.length).toBeLessThan(300);
});

test('lines are counted alike with line ends of Windows', () => {
  const text = changed('id: printer-7', 'id: 7').replaceAll('\n', '\r\n');
  expect(printed(text)).toEqual([
    'agent.yaml:2:7  device.id: found 7; a text is expected: put it in quotes, type "7"',
    '      id: 7',
    '          ^',
  ]);
});
