import { execFileSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import { existsSync, mkdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { type Lock, type ShippedPackage, shippedPackage } from './shipped.ts';

export type LockedPackage = { readonly shipped: ShippedPackage; readonly folder: string };

/**
 * A package of the lock file. npm installs only those that are made for this machine; others are fetched by npm, from
 * its cache if they are there, and held to the sum in the lock file.
 *
 * @param scratch a folder for what is fetched.
 */
export function lockedPackage(root: string, name: string, lock: Lock, scratch: string): LockedPackage {
  const inRoot = `node_modules/${name}`;
  const shipped = shippedPackage(inRoot, lock);
  const installed = join(root, inRoot);
  // `npm ci` has held it to the lock file.
  if (existsSync(installed)) return { shipped, folder: installed };
  const folder = join(scratch, name.replaceAll(/[@/]/g, '_'));
  mkdirSync(folder, { recursive: true });
  const words = [
    'pack',
    `${name}@${shipped.version}`,
    '--prefer-offline',
    '--silent',
    '--pack-destination',
    folder,
  ];
  const file = execFileSync('npm', words, { cwd: root, encoding: 'utf8' }).trim();
  const tarball = join(folder, file);
  const sum = createHash('sha512').update(readFileSync(tarball)).digest('base64');
  if (`sha512-${sum}` !== shipped.integrity)
    throw new Error(
      `What npm has brought as ${name} ${shipped.version} is not what package-lock.json names.`,
    );
  execFileSync('tar', ['-xzf', tarball, '-C', folder, '--no-same-owner']);
  return { shipped, folder: join(folder, 'package') };
}
