import { execFileSync } from 'node:child_process';
import { cpSync, existsSync, mkdirSync, rmSync, statSync } from 'node:fs';
import { createRequire } from 'node:module';
import { dirname, join, relative } from 'node:path';
import { fileURLToPath } from 'node:url';
import { buildBundle } from './bundle.ts';
import { buildPage } from './page.ts';

/**
 * `npm run build`: the program as one file, dist/replenish-agent.mjs, and beside it what V8 made of it, and the only
 * things that can't be in it: the prebuilt native parts of serialport for each Linux architecture, and of koffi for
 * this one, and the files of the dashboard's page, which only the command dashboard reads.
 */
const root = fileURLToPath(new URL('../../', import.meta.url));
/** Another folder may be named, for tests. */
const dist = process.argv[2] ?? join(root, 'dist');

rmSync(dist, { recursive: true, force: true });
mkdirSync(dist);
const bundle = join(dist, 'replenish-agent.mjs');
const inputs = await buildBundle(bundle);

// The first line of a configuration that `init` writes leads an editor here.
cpSync(join(root, 'config/agent.schema.json'), join(dist, 'agent.schema.json'));
// And its text sends a person to this one.
cpSync(join(root, 'config/agent.example.yaml'), join(dist, 'agent.example.yaml'));

const bindings = dirname(createRequire(import.meta.url).resolve('@serialport/bindings-cpp/package.json'));
for (const architecture of ['linux-x64', 'linux-arm64', 'linux-arm']) {
  cpSync(join(bindings, 'prebuilds', architecture), join(dist, 'prebuilds', architecture), {
    recursive: true,
  });
}
// npm installs koffi's native part for the processor of this machine only, with a choice between glibc and musl.
for (const architecture of ['linux-x64', 'linux-arm64']) {
  const part = join(root, 'node_modules/@koromix', `koffi-${architecture}`);
  if (existsSync(part)) cpSync(part, join(dist, 'prebuilds', `koffi-${architecture}`), { recursive: true });
}
await buildPage(join(dist, 'dashboard'));
// Beside it what V8 makes of it, and what makes that: a package for another processor has to do it where it is installed.
const keepCode = join(dist, 'keep-code.mjs');
cpSync(new URL('keep-code.mjs', import.meta.url), keepCode);
execFileSync(process.execPath, [keepCode, bundle], { stdio: ['ignore', 'ignore', 'inherit'] });
const kilobytes = Math.round(statSync(bundle).size / 1000);
process.stdout.write(`${relative(root, bundle)}: ${kilobytes} kB from ${inputs.length} files\n`);
