import { readFileSync } from 'node:fs';
import { Ajv2020 } from 'ajv/dist/2020.js';
import { describe, expect, test } from 'vitest';
import { checkConfig } from '../../../config/check.ts';
import {
  type Declaration,
  declaration,
  defaultOf,
  entryKinds,
  settingsOf,
} from '../../../config/generate/declaration.ts';
import { editorSchema } from '../../../config/generate/editor-schema.ts';
import { withSettingsTable } from '../../../config/generate/readme.ts';
import { sample } from '../../../config/generate/sample.ts';
import { settingsTable } from '../../../config/generate/settings-table.ts';
import { readYaml } from '../../../config/parse.ts';
import { configOf, FOLDERS, GOOD_CONFIG } from '../good-config.ts';

function fileText(path: string): string {
  return readFileSync(new URL(`../../../${path}`, import.meta.url), 'utf8');
}

/** Every setting that is listed, with its path. */
function leaves(path: string, group: Declaration): readonly (readonly [string, Declaration])[] {
  const kinds = entryKinds(group);
  if (kinds.length > 0) return kinds.flatMap((kind) => leaves(`${path}<name>.`, kind));
  return settingsOf(group).flatMap(([key, setting]) => {
    const isGroup = settingsOf(setting).length > 0 || entryKinds(setting).length > 0;
    return isGroup ? leaves(`${path}${key}.`, setting) : [[`${path}${key}`, setting] as const];
  });
}

describe('the sample', () => {
  test('is current', () => {
    expect(fileText('config/agent.example.yaml')).toBe(sample());
  });

  test('names the schema for editors in its first line', () => {
    expect(sample().split('\n')[0]).toBe('# yaml-language-server: $schema=./agent.schema.json');
  });

  test('loads without a mistake and without a warning', () => {
    expect(checkConfig(sample(), FOLDERS)).toMatchObject({ ok: true, warnings: [] });
  });

  test('shows the real defaults: with them typed out it means the same', () => {
    const typedOut = sample().replace(/^( *)# (.*) {2}# the default$/gm, '$1$2');
    const shown = sample().match(/# the default$/gm)?.length ?? 0;
    expect(shown).toBeGreaterThan(10);
    expect(typedOut).not.toContain('# the default');
    expect(configOf(typedOut)).toEqual(configOf(sample()));
    // Not only the same, but really there: what is typed out is what the declaration says.
    expect(JSON.stringify(readYaml(typedOut).value)).toContain('"retry":{"first":"2s","max":"15m"}');
  });

  test('shows every default that is declared', () => {
    const count = (group: Declaration): number => {
      const [first] = entryKinds(group);
      if (first !== undefined) return count(first);
      return settingsOf(group).reduce((sum, [, setting]) => {
        if (defaultOf(setting) !== undefined) return sum + 1;
        const isSection = setting.default === undefined && setting.examples === undefined;
        return sum + (isSection ? count(setting) : 0);
      }, 0);
    };
    expect(sample().match(/# the default$/gm)).toHaveLength(count(declaration()));
  });

  test('shows examples that are right: with everything typed out it loads', () => {
    const typedOut = sample()
      .replace(/^( *)# ([A-Za-z]+: .*)$/gm, '$1$2')
      .replace('yaml-language-server:', '# ');
    const checked = checkConfig(typedOut, FOLDERS);
    expect(checked.ok ? [] : checked.problems).toEqual([]);
    expect(typedOut).toContain('\n    maxOrders: ');
  });
});

describe('the schema for editors', () => {
  const validate = new Ajv2020({ strict: true, allowUnionTypes: true, allErrors: true }).compile(
    JSON.parse(editorSchema()),
  );

  test('is current', () => {
    expect(fileText('config/agent.schema.json')).toBe(editorSchema());
  });

  test('is strict JSON Schema 2020-12 and accepts what the loader accepts', () => {
    expect(JSON.parse(editorSchema())).toMatchObject({
      $schema: 'https://json-schema.org/draft/2020-12/schema',
    });
    for (const text of [sample(), GOOD_CONFIG]) {
      expect(validate(readYaml(text).value) ? [] : validate.errors).toEqual([]);
    }
  });

  test.each([
    ['an unknown key', 'device:\n', 'device:\n  nmae: x\n'],
    ['a missing key', '  id: printer-7\n', '  name: x\n'],
    ['a level without a sign', 'slotId: id-black\n', 'slotId: id-black\n    reorderAt: 0.2\n'],
    ['a duration without a unit', 'slotId: id-black\n', 'slotId: id-black\n    staleAfter: 60\n'],
    ['a name with spaces', '  black:\n', '  black ink:\n'],
    ['a text that is a number', 'slotId: id-black', 'slotId: 5'],
    ['a driver like no other', 'driver: lines', 'driver: zebra'],
    ['the settings of another driver', 'driver: lines', 'driver: lidar'],
  ])('refuses %s', (_, from, to) => {
    expect(validate(readYaml(GOOD_CONFIG.replace(from, to)).value)).toBe(false);
  });

  test('describes every setting, and gives each one a default or an example or a choice', () => {
    const all = leaves('', declaration());
    expect(all.length).toBeGreaterThan(40);
    for (const [path, setting] of all) {
      expect(setting.description, path).toMatch(/\.$/);
      const isShown = setting.default !== undefined || (setting.examples?.length ?? 0) > 0;
      expect(isShown, `${path} has a default or an example`).toBe(true);
      if (setting.type === 'number' || setting.type === 'integer') expect(setting.unit, path).toBeDefined();
    }
  });
});

describe("the README's table", () => {
  test('has a line for every setting', () => {
    const lines = settingsTable().split('\n');
    const all = leaves('', declaration());
    expect(lines).toHaveLength(all.length + 2);
    for (const [path] of all) expect(settingsTable()).toContain(`| \`${path}\` |`);
  });

  test('shows defaults', () => {
    expect(settingsTable()).toMatch(/^\| `mqtt.heartbeat` \|.*\| `15m` \|$/m);
    expect(settingsTable()).toMatch(/^\| `slots.<name>.confirm.samples` \|.*\| `5` \|$/m);
    expect(settingsTable()).toMatch(/^\| `replenish.token.source` \|.*\| `mqtt` \|$/m);
  });

  test('goes between its markers, and nowhere else', () => {
    const text = 'a\n<!-- settings:start -->\nold\n<!-- settings:end -->\nb\n';
    const once = withSettingsTable(text);
    expect(once).toBe(`a\n<!-- settings:start -->\n\n${settingsTable()}\n\n<!-- settings:end -->\nb\n`);
    expect(withSettingsTable(once)).toBe(once);
    expect(withSettingsTable('no markers')).toBe('no markers');
  });
});
