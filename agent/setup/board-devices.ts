import { readdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { openChip } from '../../hardware/gpio/gpio-chip.ts';
import { loadGpioKernel } from '../../hardware/gpio/gpio-kernel-door.ts';
import { userName } from '../../hardware/user-name.ts';

/** A GPIO chip of the board: what to type as `chip`, and how many lines it has. */
export type FoundChip = { readonly chip: string; readonly path: string; readonly lines: number };

/** A converter with a kernel driver: what to type as `device`, and its inputs. */
export type FoundConverter = { readonly device: string; readonly inputs: readonly string[] };

const NAME_MAX = 63;

/** GPIO chips that this user may open, by their labels where those are unique. Never rejects. */
export async function findChips(): Promise<readonly FoundChip[]> {
  const kernel = await loadGpioKernel().catch(() => null);
  if (kernel === null) return [];
  const chips: FoundChip[] = [];
  for (const path of kernel.chipPaths()) {
    const opened = await openChip(kernel, path, userName());
    if (!opened.ok) continue;
    const { descriptor, label, lines } = opened.value;
    kernel.close(descriptor);
    chips.push({ chip: label === '' ? path : label, path, lines });
  }
  const isUnique = (chip: string): boolean => chips.filter((each) => each.chip === chip).length === 1;
  return chips.map((each) => (isUnique(each.chip) ? each : { ...each, chip: each.path }));
}

/** The kernel's converters that have inputs. Never rejects. */
export async function findConverters(devicesFolder: string): Promise<readonly FoundConverter[]> {
  const folders = await readdir(devicesFolder).catch(() => []);
  const found = await Promise.all(
    folders.sort().map(async (folder) => {
      const files = await readdir(join(devicesFolder, folder)).catch(() => []);
      const name =
        (await nameIn(devicesFolder, folder, 'label')) || (await nameIn(devicesFolder, folder, 'name'));
      const inputs = files.flatMap((file) => /^in_([a-z][a-z0-9-]*)_raw$/.exec(file)?.[1] ?? []).sort();
      return name === '' || inputs.length === 0 ? [] : [{ device: name, inputs }];
    }),
  );
  return found.flat();
}

async function nameIn(devicesFolder: string, folder: string, file: string): Promise<string> {
  const text = await readFile(join(devicesFolder, folder, file), 'utf8').catch(() => '');
  return text.trim().slice(0, NAME_MAX);
}
