/** A package of npm of which something is in what ships. */
export type ShippedPackage = {
  readonly name: string;
  readonly version: string;
  /** SPDX expression. */
  readonly licence: string;
  /** Of its tarball, `sha512-` and base64. */
  readonly integrity: string;
  /** Where it is installed, from the root. */
  readonly folder: string;
};

type LockEntry = {
  readonly name?: string;
  readonly version?: string;
  readonly license?: string;
  readonly integrity?: string;
};

export type Lock = { readonly packages: Readonly<Record<string, LockEntry>> };

const PACKAGE_FOLDER = /^(?:.*\/)?node_modules\/(?:@[^/]+\/)?[^/]+(?=\/)/;

/**
 * Pure. The packages that these files belong to, by name and version.
 *
 * @param files from the root, with `/`.
 * @throws for a package that the lock file does not know, or that has no licence there: nothing like that may ship.
 */
export function shippedPackages(files: readonly string[], lock: Lock): readonly ShippedPackage[] {
  const folders = new Set(files.flatMap((file) => PACKAGE_FOLDER.exec(file)?.[0] ?? []));
  return [...folders]
    .map((folder) => shippedPackage(folder, lock))
    .sort((one, other) => compare(`${one.name}@${one.version}`, `${other.name}@${other.version}`));
}

/** Pure. The package in this folder. */
export function shippedPackage(folder: string, lock: Lock): ShippedPackage {
  const { name, version, license, integrity } = lock.packages[folder] ?? {};
  if (version === undefined || license === undefined || integrity === undefined)
    throw new Error(
      `package-lock.json does not tell version, licence and integrity of ${folder}: it may not ship.`,
    );
  const ownName = folder.slice(folder.lastIndexOf('node_modules/') + 'node_modules/'.length);
  return { name: name ?? ownName, version, licence: license, integrity, folder };
}

/** By code points, which are the same everywhere; a locale is not. */
function compare(one: string, other: string): number {
  if (one === other) return 0;
  return one < other ? -1 : 1;
}
