import { mkdirSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import packageJson from '../../package.json' with { type: 'json' };
import { bashCompletion } from '../manual/bash-completion.ts';
import { manPage } from '../manual/man-page.ts';
import { zshCompletion } from '../manual/zsh-completion.ts';

/* A part of `npm run generate`: what a package installs beside the program, from the declaration of its commands. */

const PACKAGING = join(import.meta.dirname, '../..', 'config', 'packaging');

const GENERATED: Readonly<Record<string, string>> = {
  'man/replenish-agent.1': manPage(packageJson.version),
  'completion/replenish-agent.bash': bashCompletion(),
  'completion/replenish-agent.zsh': zshCompletion(),
};

for (const [name, text] of Object.entries(GENERATED)) {
  const path = join(PACKAGING, name);
  mkdirSync(dirname(path), { recursive: true });
  writeFileSync(path, text);
}
