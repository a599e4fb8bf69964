import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import type { ShippedPackage } from './shipped.ts';

const LICENCE_FILE = /^(?:licen[cs]e|copying|notice)(?:[.-].*)?$/i;

/** The licence of everything that ships, each text once, under the packages that it belongs to. */
export function licenceList(
  packages: readonly ShippedPackage[],
  folderOf: (of: ShippedPackage) => string,
): string {
  const byText = new Map<string, string[]>();
  for (const shipped of packages) {
    const text =
      licenceText(folderOf(shipped)) ?? `Licence: ${shipped.licence} (its package has no text of it)\n`;
    const title = `${shipped.name} ${shipped.version} (${shipped.licence})`;
    byText.set(text, [...(byText.get(text) ?? []), title]);
  }
  return [...byText]
    .map(([text, titles]) => `${titles.join('\n')}\n\n${text}`)
    .join(`\n${'='.repeat(78)}\n\n`);
}

function licenceText(folder: string): string | null {
  const texts = readdirSync(folder)
    .filter((name) => LICENCE_FILE.test(name))
    .sort()
    .map((name) => readFileSync(join(folder, name), 'utf8').replaceAll('\r\n', '\n').trim());
  return texts.length === 0 ? null : `${texts.join('\n\n')}\n`;
}
