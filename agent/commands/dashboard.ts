import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { isLoopback, type ListenAddress } from '../../config/listen-address.ts';
import type { DashboardWords } from '../dashboard/dashboard-words.ts';
import { startPageServer } from './page-server.ts';
import { listenForEnd } from './signals.ts';

/** Beside the program as it ships, and where a checkout has it built. */
const FOLDERS = ['./dashboard/', '../../dist/dashboard/'].map((path) =>
  fileURLToPath(new URL(path, import.meta.url)),
);

/** `dashboard`: serves the page until it is told to end. The page itself talks to the broker; this process does not. */
export async function dashboard(
  { listen, hints }: DashboardWords,
  folders: readonly string[] = FOLDERS,
): Promise<number> {
  const folder = folders.find((path) => existsSync(join(path, 'page.js')));
  if (folder === undefined) {
    process.stderr.write('The page is not built yet. Type npm run build, then this command again.\n');
    return 1;
  }
  const end = listenForEnd();
  try {
    const page = await startPageServer({ folder, listen, hints });
    process.stdout.write(`The dashboard is at ${page.url}\nCtrl-C ends it.\n`);
    if (!isLoopback(listen))
      process.stdout.write(
        'Every machine that reaches this address can open the page. It shows nothing without the broker: let that ask for a user who may only read.\n',
      );
    await end.told;
    await page.close();
    return 0;
  } catch (error) {
    process.stderr.write(`${whyNot(error, listen)}\n`);
    return 1;
  } finally {
    end.release();
  }
}

function whyNot(error: unknown, { host, port }: ListenAddress): string {
  const code: unknown = error instanceof Error ? Reflect.get(error, 'code') : null;
  const choose = 'choose another one with --listen HOST:PORT';
  if (code === 'EADDRINUSE') return `Another program listens on ${host}:${port}: ${choose}.`;
  if (code === 'EACCES') return `Ports below 1024 are for the administrator, ${port} among them: ${choose}.`;
  if (code === 'EADDRNOTAVAIL' || code === 'ENOTFOUND')
    return `${host} is no address of this machine: ${choose}.`;
  return `The page can not be served: ${error instanceof Error ? error.message : String(error)}`;
}
