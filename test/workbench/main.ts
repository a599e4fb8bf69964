import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { readOptions, USAGE } from './options.ts';
import { runWorkbench } from './workbench.ts';

/** The agent needs what came with this version of Node. */
const NODE_MAJOR_MIN = 24;

/** The process of the workbench: words in, exit code out. */
async function main(words: readonly string[]): Promise<number> {
  if (Number.parseInt(process.versions.node, 10) < NODE_MAJOR_MIN) {
    process.stderr.write(
      `This is Node ${process.versions.node}, and the workbench needs ${NODE_MAJOR_MIN} or newer. Type npm ci once, then npm start: that brings the right one along.\n`,
    );
    return 1;
  }
  const request = readOptions(words);
  switch (request.kind) {
    case 'help':
      process.stdout.write(USAGE);
      return 0;
    case 'misuse':
      process.stderr.write(`${request.message}\n\n${USAGE}`);
      return 2;
    case 'run': {
      const folder = mkdtempSync(join(tmpdir(), 'replenish-workbench-'));
      process.on('exit', () => rmSync(folder, { recursive: true, force: true }));
      return runWorkbench(request.options, folder);
    }
  }
}

process.exit(await main(process.argv.slice(2)));
