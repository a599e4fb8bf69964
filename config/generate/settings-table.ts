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

/** PURE. The README's table of settings, in Markdown, without a line break at its end. */
export function settingsTable(): string {
  const head = ['| Setting | Meaning | Allowed | Default, or example |', '|---|---|---|---|'];
  return [...head, ...rows('', declaration(), true)].join('\n');
}

function rows(path: string, group: Declaration, isNeeded: boolean): readonly string[] {
  const kinds = entryKinds(group);
  if (kinds.length > 0) return kinds.flatMap((kind) => rows(`${path}<name>.`, kind, isNeeded));
  return settingsOf(group).flatMap(([key, setting]) => {
    const name = `${path}${key}`;
    const isGroup = settingsOf(setting).length > 0 || entryKinds(setting).length > 0;
    const isRequired = isNeeded && isRequiredIn(group, key);
    if (isGroup) return rows(`${name}.`, setting, isRequired);
    return [
      `| ${[code(name), cell(setting.description ?? ''), cell(allowedText(setting)), standard(setting, isRequired, inherited(group, key))].join(' | ')} |`,
    ];
  });
}

/** What the default of a whole group says about one of its settings. */
function inherited({ default: whole }: Declaration, key: string): unknown {
  return typeof whole === 'object' && whole !== null ? Reflect.get(whole, key) : undefined;
}

function standard(setting: Declaration, isRequired: boolean, fromGroup: unknown): string {
  const byDefault = defaultOf(setting) ?? fromGroup;
  if (byDefault !== undefined) return code(inlineYaml(byDefault));
  const example = setting.examples?.[0];
  if (example === undefined) return isRequired ? 'required' : '';
  return `${isRequired ? 'required, ' : ''}e.g. ${code(inlineYaml(example))}`;
}

function code(text: string): string {
  return `\`${cell(text)}\``;
}

function cell(text: string): string {
  return text.replaceAll('|', '\\|');
}
