import { accessSync, constants, existsSync, mkdirSync, statSync } from 'node:fs';
import { dirname, resolve } from 'node:path';
import { replaceDurably } from '../system/durable-file.ts';

/** Readable for the group of the service, which need not own it. */
const MODE = 0o640;
/** A folder that is made on the way is for everybody to look into: the secrets in it are files of their own. */
const FOLDER_MODE = 0o755;

/** Why a configuration can't be written there, as a sentence with the remedy; null when it can. Writes nothing. */
export function whyNotWritable(path: string): string | null {
  if (isFolder(path)) return `${path} is a folder: name the file in it, as in --config ${path}/agent.yaml.`;
  let folder = dirname(resolve(path));
  while (!existsSync(folder) && dirname(folder) !== folder) folder = dirname(folder);
  try {
    accessSync(folder, constants.W_OK | constants.X_OK);
    return null;
  } catch {
    return `${folder} may not be written to by this user: type sudo before the command, or name another file with --config.`;
  }
}

/** Writes the whole file in one step, its folder first. The result is why that failed; null when it is there. */
export function placeFile(path: string, text: string): string | null {
  try {
    mkdirSync(dirname(resolve(path)), { recursive: true, mode: FOLDER_MODE });
    replaceDurably(path, text, MODE);
    return null;
  } catch (error) {
    const code = error instanceof Error && 'code' in error ? String(error.code) : String(error);
    return `${path} cannot be written (${code}): check the path and the disk, or name another file with --config.`;
  }
}

function isFolder(path: string): boolean {
  return statSync(path, { throwIfNoEntry: false })?.isDirectory() === true;
}
