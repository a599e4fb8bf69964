import { existsSync } from 'node:fs';
import { join } from 'node:path';
import type { Timing } from '../../hardware/timing.ts';
import type { Whereabouts } from '../command-line/request.ts';
import { type Connecting, connectLocal } from '../local/local-client.ts';
import { SOCKET_NAME } from '../local/socket-address.ts';
import { firstDirectory, STATE_DIR_DEFAULT } from './directories.ts';

/** Where a packaged service has its state and its socket (systemd.exec(5), StateDirectory and RuntimeDirectory). */
const SERVICE_STATE_DIR = '/var/lib/replenish-agent';
const SERVICE_RUNTIME_DIR = '/run/replenish-agent';

/** The state directory that a person means who looks at a service from beside it. */
export function stateDirOf(where: Whereabouts, env: NodeJS.ProcessEnv): string {
  return namedStateDir(where, env) ?? (isInstalled() ? SERVICE_STATE_DIR : STATE_DIR_DEFAULT);
}

/**
 * Connects to the running service of that state directory, if there is one. Who may not look into the directory of a
 * packaged service still finds its socket.
 */
export async function findService(
  where: Whereabouts,
  env: NodeJS.ProcessEnv,
  timing: Timing,
): Promise<Connecting> {
  const isOfPackage = namedStateDir(where, env) === null && isInstalled();
  const folders = [...(isOfPackage ? [SERVICE_RUNTIME_DIR] : []), stateDirOf(where, env)];
  let refused: Connecting | null = null;
  for (const folder of folders) {
    const connecting = await connectLocal(join(folder, SOCKET_NAME), timing);
    if (connecting.kind === 'connected') return connecting;
    if (connecting.kind === 'refused') refused ??= connecting;
  }
  return refused ?? { kind: 'absent' };
}

function namedStateDir({ stateDir }: Whereabouts, env: NodeJS.ProcessEnv): string | null {
  return stateDir ?? firstDirectory(env, 'STATE_DIRECTORY');
}

function isInstalled(): boolean {
  return (
    !existsSync(STATE_DIR_DEFAULT) &&
    [SERVICE_STATE_DIR, SERVICE_RUNTIME_DIR].some((folder) => existsSync(folder))
  );
}
