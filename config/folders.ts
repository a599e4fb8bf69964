import { dirname, resolve } from 'node:path';

/** Where relative file names begin. Absolute paths. */
export type Folders = {
  /** The folder of the configuration file. */
  readonly config: string;
  /** $CREDENTIALS_DIRECTORY, where systemd puts secrets; null without it: then they lie beside the file. */
  readonly credentials: string | null;
};

/** What the surroundings say about files. */
export type FileSurroundings = {
  /** $CREDENTIALS_DIRECTORY, as systemd sets it. */
  readonly credentialsDirectory?: string | undefined;
};

/** The folders for a configuration file, whose path may be relative to the working directory. */
export function foldersOf(path: string, { credentialsDirectory }: FileSurroundings): Folders {
  const isSet = credentialsDirectory !== undefined && credentialsDirectory !== '';
  return { config: dirname(resolve(path)), credentials: isSet ? resolve(credentialsDirectory) : null };
}
