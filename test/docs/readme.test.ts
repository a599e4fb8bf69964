import { describe, expect, test } from 'vitest';
import { parse } from 'yaml';
import { COMMANDS, type CommandEntry } from '../../agent/command-line/command-table.ts';
import { helpText } from '../../agent/command-line/help-text.ts';
import { parseStatus } from '../../agent/local/answer-schema.ts';
import type { HoldReason, OrderOutcome, SlotPhase } from '../../agent/policy/slot-state.ts';
import { topics } from '../../agent/report/topics.ts';
import { checkConfig } from '../../config/check.ts';
import { declaration, entryKinds } from '../../config/generate/declaration.ts';
import { withSettingsTable } from '../../config/generate/readme.ts';
import { printProblems } from '../../config/print-problems.ts';
import { documentedMessages, validateMessage } from '../support/asyncapi.ts';
import { codeBlocks, codeIn, read, table } from './markdown.ts';

const readme = read('README.md');
const firstCodes = (heading: string): readonly string[] =>
  table(readme, heading).flatMap(([first = '']) => codeIn(first));
const blockWith = (note: string): string => {
  const block = codeBlocks(readme).find((each) => each.note === note);
  if (block === undefined) throw new Error(`README.md has no block with the note "${note}".`);
  return block.text;
};

/** Every word of the wire, once: the compiler complains when one is missing here. */
const PHASES: Readonly<Record<SlotPhase, true>> = {
  unknown: true,
  stocked: true,
  low: true,
  ordering: true,
  'in-doubt': true,
  'on-order': true,
  held: true,
};
const REASONS: Readonly<Record<HoldReason, true>> = {
  auth: true,
  unsubscribed: true,
  'unknown-slot': true,
  'cancelled-once': true,
  'cancelled-twice': true,
  budget: true,
  'in-doubt': true,
  'state-lost': true,
  'dry-run': true,
};
const OUTCOMES: Readonly<Record<OrderOutcome, true>> = {
  placed: true,
  'in-progress': true,
  refused: true,
  failed: true,
  'in-doubt': true,
  'dry-run': true,
};

/** A part of a configuration within a whole one: hardware and slots belong together, the rest is added to. */
function completedBy(whole: Record<string, object>, part: Record<string, object>): Record<string, object> {
  return { ...whole, ...part, mqtt: { ...whole['mqtt'], ...part['mqtt'] } };
}

describe('README.md', () => {
  test('begins with the two commands that do all the set-up, and CI types the second', () => {
    const first = codeBlocks(readme)[0]?.text ?? '';
    const lines = first.split('\n').map((line) => line.split('#', 1)[0]?.trim());
    expect(lines.slice(0, 2)).toEqual(['npm ci && npm start', 'npm ci && npm test']);
    expect(readme.indexOf(first)).toBeLessThan(100);
    expect(read('.ci/run').split('\n')).toEqual(expect.arrayContaining(['npm ci', 'npm test']));
  });

  test('names only npm scripts that exist', () => {
    const { scripts } = JSON.parse(read('package.json')) as { scripts: Record<string, string> };
    const used = [...readme.matchAll(/npm (?:run (?:-s )?([a-z:-]+)|(start|test)\b)/g)].map(
      (match) => match[1] ?? match[2] ?? '',
    );
    expect(used.length).toBeGreaterThan(8);
    expect(used.filter((name) => !Object.hasOwn(scripts, name))).toEqual([]);
  });

  test('has the table of settings that the schema makes', () => {
    expect(withSettingsTable(readme)).toBe(readme);
    expect(firstCodes('Setting').length).toBeGreaterThan(40);
  });

  test('has a row for each command, with what it does and its options', () => {
    const rows = Object.entries<CommandEntry>(COMMANDS).map(([name, { does, forms = [[]], options }]) => [
      forms.map((form) => `\`${[name, ...form].join(' ')}\``).join(', '),
      does,
      Object.entries(options)
        .map(([option, { value }]) => `\`--${option}${value === null ? '' : ` ${value}`}\``)
        .join(', '),
    ]);
    expect(table(readme, 'Command')).toEqual(rows);
  });

  test('has the exit codes of the help text', () => {
    const line = /^exit codes: (.*)$/m.exec(helpText(null))?.[1] ?? '';
    const codes = line.split('; ').map((each) => [each.split(' ', 1)[0], each.slice(each.indexOf(' ') + 1)]);
    expect(codes.length).toBeGreaterThan(2);
    expect(table(readme, 'Exit code')).toEqual(codes);
  });

  test('has a row for each topic that the agent can spell', () => {
    const all = Object.values(topics('prefix', 'device')).map((topic) =>
      typeof topic === 'string' ? topic : topic('{slot}'),
    );
    const named = all.map((topic) => topic.slice('prefix/device/'.length));
    const underBase = firstCodes('Topic').filter((topic) => !topic?.startsWith('{discoveryPrefix}'));
    expect(new Set(underBase)).toEqual(new Set(named));
  });

  test('tells direction and retention as the reference does, and reserves what that does not know', () => {
    const rows = table(readme, 'Topic').map(([name = '', way, retained, says]) => ({
      name: codeIn(name)[0],
      way,
      retained,
      isReserved: says === 'reserved for a later version',
    }));
    const documented = documentedMessages.map(({ address, action, retain }) => ({
      name: address,
      way: action === 'send' ? 'up' : 'down',
      retained: retain ? 'yes' : 'no',
      isReserved: false,
    }));
    expect(rows.filter(({ isReserved }) => !isReserved)).toEqual(documented);
  });

  test('has a row for each driver', () => {
    const hardware = declaration().properties?.['hardware'];
    const drivers = (hardware === undefined ? [] : entryKinds(hardware)).map(
      ({ properties }) => properties?.['driver']?.const,
    );
    expect(drivers.length).toBeGreaterThan(5);
    expect(table(readme, 'Driver').map(([first = '']) => codeIn(first)[0])).toEqual(drivers);
  });

  test('has a row for each phase, each reason for a hold and each outcome', () => {
    expect(firstCodes('Phase')).toEqual(Object.keys(PHASES));
    expect(firstCodes('Reason')).toEqual(Object.keys(REASONS));
    expect(table(readme, 'Outcome of a request').map(([first = '']) => codeIn(first)[0])).toEqual(
      Object.keys(OUTCOMES),
    );
  });

  test('justifies each package that ships, and no other', () => {
    const manifest = JSON.parse(read('package.json')) as Record<string, Record<string, string>>;
    const ships = Object.keys({ ...manifest['dependencies'], ...manifest['optionalDependencies'] });
    expect(new Set(firstCodes('Package'))).toEqual(new Set(ships));
    expect(table(readme, 'Package').every(([, because = '']) => because.length > 10)).toBe(true);
  });

  test('shows configurations without a mistake', () => {
    const samples = codeBlocks(readme).filter(({ language }) => language === 'yaml');
    const whole = samples.find(({ text }) => text.startsWith('device:'));
    expect(samples.length).toBeGreaterThan(4);
    for (const { text } of samples) {
      const completed = JSON.stringify(completedBy(parse(whole?.text ?? ''), parse(text)));
      const checked = checkConfig(completed, { config: '/etc/replenish-agent', credentials: null });
      expect(checked.ok, text).toBe(true);
      // Nobody begins without a dry run, and check says so as long as it lasts.
      expect(checked.warnings.filter(({ path }) => path !== 'replenish.dryRun')).toEqual([]);
    }
  });

  test('shows what check really prints', () => {
    const text = blockWith('check: input');
    const checked = checkConfig(text, { config: '/etc/replenish-agent', credentials: null });
    const problems = checked.ok ? [] : checked.problems;
    const printed = printProblems(problems, '/etc/replenish-agent/agent.yaml', text);
    expect(blockWith('check: output')).toBe(`${printed.join('\n')}\n`);
  });

  test('shows the shape that status --json really has', () => {
    const text = blockWith('status: json');
    expect(parseStatus(text)).toEqual({ kind: 'answer', value: JSON.parse(text) });
  });

  test('shows payloads that keep to the reference', () => {
    const samples = codeBlocks(readme).filter(({ note }) => note.startsWith('topic: '));
    expect(samples.map(({ note }) => note)).toEqual([
      'topic: slots/beans/inventory',
      'topic: slots/black',
      'topic: slots/black/order',
      'topic: device',
      'topic: command/result',
      'topic: alerts',
    ]);
    expect(samples.flatMap(({ note, text }) => validateMessage(note.slice('topic: '.length), text))).toEqual(
      [],
    );
  });
});
