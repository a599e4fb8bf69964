import { inlineYaml } from '../inline-yaml.ts';
import {
  allowedText,
  type Declaration,
  declaration,
  defaultOf,
  entryKinds,
  isRequiredIn,
  settingsOf,
} from './declaration.ts';

const WIDTH = 110;

const HEAD = [
  '# yaml-language-server: $schema=./agent.schema.json',
  '#',
  '# Sample configuration of replenish-agent, generated from the declaration of its settings.',
  '# Lines with ## explain. Lines with # are settings that may be left out: they show the default, or an example.',
  '# Durations are written 500ms 30s 10m 24h 7d, levels 20%. "replenish-agent check" finds every mistake in a copy.',
];

/** Between the sections; the formatter takes empty lines out of YAML that is mostly comments. */
const RULE = `#${'-'.repeat(WIDTH - 1)}`;

/** Ends the lines that show a default: a test takes the comment sign away there and expects the same configuration. */
const DEFAULT_MARK = '# the default';

/** PURE. The commented sample: what is required stands there with an example, all else is commented out. */
export function sample(): string {
  const sections = settingsOf(declaration()).flatMap(([key, section]) => [
    RULE,
    ...(isRequiredIn(declaration(), key) ? written(key, section) : leftOut(key, section)),
  ]);
  return `${[...HEAD, ...sections].join('\n')}\n`;
}

function written(key: string, section: Declaration): readonly string[] {
  return [
    ...explanation(section, '', false),
    `${key}:`,
    ...(entryKinds(section).length > 0 ? entries(section) : settings(section, '  ')),
  ];
}

/** A section that need not be there, on one line. */
function leftOut(key: string, section: Declaration): readonly string[] {
  return [...explanation(section, '', true), settingLine(key, section, false)];
}

/** The first kind of entry as it is typed, then an example of each other kind. */
function entries(section: Declaration): readonly string[] {
  const [first = section, ...others] = entryKinds(section);
  return [`  ${section.entryName}:`, ...settings(first, '    '), ...others.flatMap(otherEntry)];
}

/** The setting that can only be one word, `driver`, tells what kind of entry this is. */
function otherEntry(entry: Declaration): readonly string[] {
  const kind = settingsOf(entry).find(([, each]) => each.const !== undefined);
  const inner = settingsOf(entry).flatMap(([key, each]) => {
    const byDefault = defaultOf(each);
    const text = described(each, `${key}: ${each.description}`, true);
    const shown = byDefault === undefined ? text : `${text} By default ${inlineYaml(byDefault)}.`;
    return each.const === undefined ? wrapped(shown, '  ##   ') : [];
  });
  const line = `  # ${entry.entryName}: ${inlineYaml(entry.examples?.[0])}`;
  return [...wrapped(kind?.[1].description ?? '', '  ## '), ...inner, line];
}

function settings(group: Declaration, indent: string): readonly string[] {
  return settingsOf(group).flatMap(([key, setting]) => [
    ...explanation(setting, indent, true),
    `${indent}${settingLine(key, setting, isRequiredIn(group, key))}`,
  ]);
}

function settingLine(key: string, setting: Declaration, isRequired: boolean): string {
  const example = setting.examples?.[0];
  if (isRequired) return `${key}: ${inlineYaml(example)}`;
  const byDefault = defaultOf(setting);
  return byDefault === undefined
    ? `# ${key}: ${inlineYaml(example)}`
    : `# ${key}: ${inlineYaml(byDefault)}  ${DEFAULT_MARK}`;
}

/** The description, then the settings of a group that is written on one line, each with its own. */
function explanation(setting: Declaration, indent: string, isInline: boolean): readonly string[] {
  const lines = wrapped(described(setting, setting.description ?? '', isInline), `${indent}## `);
  const inner = isInline ? settingsOf(setting) : [];
  return [
    ...lines,
    ...inner.flatMap(([key, each]) =>
      wrapped(described(each, `${key}: ${each.description ?? ''}`, true), `${indent}##   `),
    ),
  ];
}

function described(setting: Declaration, text: string, isInline: boolean): string {
  const allowed = allowedText(setting);
  return isInline && !['text', 'group', 'list'].includes(allowed) ? `${text} (${allowed})` : text;
}

function wrapped(text: string, prefix: string): readonly string[] {
  const lines: string[] = [];
  let line = '';
  for (const word of text.split(' ')) {
    if (line !== '' && prefix.length + line.length + 1 + word.length > WIDTH) {
      lines.push(prefix + line);
      line = word;
    } else line = line === '' ? word : `${line} ${word}`;
  }
  return [...lines, prefix + line];
}
