import { readFileSync, writeFileSync } from 'node:fs';
import { join, relative } from 'node:path';
import { editorSchema } from './editor-schema.ts';
import { withSettingsTable } from './readme.ts';
import { sample } from './sample.ts';

const ROOT = join(import.meta.dirname, '..', '..');

/** Each generated file and what belongs in it, given what is in it now. */
const GENERATED: readonly (readonly [file: string, content: (now: string | null) => string | null])[] = [
  [join(ROOT, 'config', 'agent.schema.json'), editorSchema],
  [join(ROOT, 'config', 'agent.example.yaml'), sample],
  [join(ROOT, 'README.md'), (now) => (now === null ? null : withSettingsTable(now))],
];

const isCheck = process.argv.includes('--check');
for (const [file, content] of GENERATED) {
  const now = readIfThere(file);
  const wanted = content(now);
  if (wanted === null || wanted === now) continue;
  if (isCheck) {
    process.stderr.write(
      `${relative(ROOT, file)} is not what the declaration of the settings says: run "npm run generate".\n`,
    );
    process.exitCode = 1;
  } else {
    writeFileSync(file, wanted);
    process.stdout.write(`${relative(ROOT, file)} written.\n`);
  }
}

function readIfThere(file: string): string | null {
  try {
    return readFileSync(file, 'utf8');
  } catch (error) {
    if (error instanceof Error && 'code' in error && error.code === 'ENOENT') return null;
    throw error;
  }
}
