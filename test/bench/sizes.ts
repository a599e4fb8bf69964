import { existsSync, readdirSync, statSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { BUNDLE } from './subject.ts';

export type Sizes = { readonly installedMb: number; readonly sentence: string };

/** What one board needs of dist: everything but the native parts for other processors. */
export function installedSizes(): Sizes {
  const dist = dirname(BUNDLE);
  const mine = new RegExp(`linux-${process.arch}$`);
  const others = existsSync(join(dist, 'prebuilds'))
    ? readdirSync(join(dist, 'prebuilds')).filter((name) => !mine.test(name))
    : [];
  const otherBytes = others.map((name) => bytesUnder(join(dist, 'prebuilds', name))).reduce(add, 0);
  const installedMb = (bytesUnder(dist) - otherBytes) / 1e6;
  return {
    installedMb,
    sentence: `Installed beside the node binary: ${installedMb.toFixed(1)} MB.`,
  };
}

function bytesUnder(folder: string): number {
  return readdirSync(folder, { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile())
    .map((entry) => statSync(join(entry.parentPath, entry.name)).size)
    .reduce(add, 0);
}

function add(a: number, b: number): number {
  return a + b;
}
