import { cpSync, mkdirSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { build } from 'esbuild';

const root = fileURLToPath(new URL('../../', import.meta.url));
const source = fileURLToPath(new URL('../dashboard/', import.meta.url));

/** Files of the page that are taken as they are. */
const AS_THEY_ARE: readonly string[] = ['index.html', 'icon.svg', 'manifest.json'];

/** Bundles the dashboard's page into a folder, which is made. Returns the files it was made of, from the root. */
export async function buildPage(folder: string): Promise<readonly string[]> {
  mkdirSync(folder, { recursive: true });
  const { metafile } = await build({
    absWorkingDir: root,
    metafile: true,
    entryPoints: {
      page: join(source, 'main.ts'),
      offline: join(source, 'offline.ts'),
      'page-style': join(source, 'page.css'),
    },
    outdir: folder,
    bundle: true,
    platform: 'browser',
    target: ['chrome123', 'firefox120', 'safari17.5'],
    format: 'esm',
    minify: true,
    legalComments: 'none',
    logLevel: 'error',
  });
  for (const name of AS_THEY_ARE) cpSync(join(source, name), join(folder, name));
  return Object.keys(metafile.inputs);
}
