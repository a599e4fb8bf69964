import { type FSWatcher, readlinkSync, statSync, watch } from 'node:fs';
import { basename, dirname, join, resolve } from 'node:path';

export type PathWatch = {
  /** Looks where the path leads now and watches there. Cheap when nothing has changed. */
  rearm(): void;
  /** Releases every watcher; no event comes afterwards. */
  close(): void;
};

type Watched = { readonly watcher: FSWatcher; readonly identity: string; names: ReadonlySet<string> };

/** As many links as the kernel follows in one path (path_resolution(7)). */
const LINKS_MAX = 40;

/** How often the way is walked again because it changed meanwhile; beyond that the next `rearm` has to do. */
const WALKS_MAX = 8;

/**
 * Tells when something happened to what a path leads to: the file itself, a link on the way to it or its target, or a
 * folder that goes and comes. Only folders are watched, for a careful writer replaces the file by a rename. The kernel's
 * watch belongs to a folder's inode, so that a folder made anew has to be watched anew.
 *
 * A folder that can't be watched (permissions, no inotify, its limits) is left out without a word: whoever needs to be
 * sure calls `rearm` and looks at the file from time to time.
 */
export function watchPath(path: string, onEvent: () => void): PathWatch {
  const watched = new Map<string, Watched>();
  let isClosed = false;

  const drop = (folder: string): void => {
    watched.get(folder)?.watcher.close();
    watched.delete(folder);
  };

  const hear = (folder: string, name: string | null): void => {
    if (isClosed) return;
    // Under its own name a folder tells that it was removed, moved or unmounted: this watcher is deaf from now on.
    if (name === null || name === basename(folder)) drop(folder);
    else if (watched.get(folder)?.names.has(name) !== true) return;
    rearm();
    onEvent();
  };

  /** Returns whether anything may have escaped: between the look at the way and the watcher's first moment. */
  const watchFolder = (folder: string, names: ReadonlySet<string>): boolean => {
    const identity = identityOf(folder);
    const known = watched.get(folder);
    if (known !== undefined && known.identity === identity) {
      known.names = names;
      return false;
    }
    drop(folder);
    if (identity === null) return true;
    try {
      const watcher = watch(folder, (_event, name) => hear(folder, name));
      watcher.on('error', () => drop(folder));
      watched.set(folder, { watcher, identity, names });
      return true;
    } catch {
      return false;
    }
  };

  const walk = (): boolean => {
    const places = placesOf(path);
    for (const folder of [...watched.keys()]) if (!places.has(folder)) drop(folder);
    return [...places].map(([folder, names]) => watchFolder(folder, names)).includes(true);
  };

  const rearm = (): void => {
    for (let walks = 0; !isClosed && walks < WALKS_MAX && walk(); walks += 1);
  };

  rearm();
  return {
    rearm,
    close: () => {
      isClosed = true;
      for (const folder of [...watched.keys()]) drop(folder);
    },
  };
}

/** Which names in which folders decide where the path leads: the file, every link on the way, the first that is missing. */
function placesOf(path: string): ReadonlyMap<string, ReadonlySet<string>> {
  const places = new Map<string, Set<string>>();
  const ahead = partsOf(resolve(path));
  let folder = '/';
  let links = 0;
  for (let name = ahead.shift(); name !== undefined; name = ahead.shift()) {
    if (name === '..') {
      folder = dirname(folder);
      continue;
    }
    const step = stepTo(join(folder, name));
    if (step.kind !== 'real' || ahead.length === 0) {
      places.set(folder, (places.get(folder) ?? new Set()).add(name));
    }
    if (step.kind === 'missing') break;
    if (step.kind === 'real') {
      folder = join(folder, name);
      continue;
    }
    links += 1;
    if (links > LINKS_MAX) break;
    if (step.target.startsWith('/')) folder = '/';
    ahead.unshift(...partsOf(step.target));
  }
  return places;
}

type Step =
  | { readonly kind: 'real' }
  | { readonly kind: 'missing' }
  | { readonly kind: 'link'; readonly target: string };

function stepTo(path: string): Step {
  try {
    return { kind: 'link', target: readlinkSync(path) };
  } catch (cause) {
    // EINVAL: it is there and no link. Whatever else it is, the way ends here.
    const isReal = cause instanceof Error && 'code' in cause && cause.code === 'EINVAL';
    return { kind: isReal ? 'real' : 'missing' };
  }
}

function partsOf(path: string): string[] {
  return path.split('/').filter((part) => part !== '' && part !== '.');
}

/** The same for as long as it is the same folder; null when it is gone. */
function identityOf(folder: string): string | null {
  try {
    const { dev, ino } = statSync(folder, { bigint: true });
    return `${dev}:${ino}`;
  } catch {
    return null;
  }
}
