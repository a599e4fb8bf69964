// Stands in front of the bundle, as text: it has to run on any Node from 18 on, before the first line that doesn't.
const [major, minor] = process.versions.node.split('.').map(Number);
if (major < 24 || (major === 24 && minor < 12)) {
  const { existsSync } = await import('node:fs');
  const { spawn } = await import('node:child_process');
  // In a checkout the pinned runtime lies beside the bundle; the program goes on there, as if it had been called.
  const pinned = new URL(`../node_modules/node-linux-${process.arch}/bin/node`, import.meta.url).pathname;
  if (!existsSync(pinned)) {
    process.stderr.write(
      `replenish-agent needs Node 24.12 or newer, and this is ${process.version}. Run it with the Node that it is shipped with, or install a newer one.\n`,
    );
    process.exit(1);
  }
  const child = spawn(pinned, process.argv.slice(1), { stdio: 'inherit' });
  for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP']) process.on(signal, () => child.kill(signal));
  process.exit(await new Promise((resolve) => child.on('exit', (code) => resolve(code ?? 1))));
}
