import { open, readdir } from 'node:fs/promises';
import { join } from 'node:path';

/** A device of the kernel's Industrial I/O subsystem, as a folder of files. */
export type FoundDevice =
  | { readonly ok: true; readonly folder: string }
  /** `error` says what is wrong and what to do about it. */
  | { readonly ok: false; readonly error: string };

export type Count =
  | { readonly ok: true; readonly count: number }
  | { readonly ok: false; readonly isGone: boolean; readonly error: string };

const DEVICE_FOLDER = /^iio:device\d{1,6}$/;
/** A name is a part number; a count is at most 20 digits. What is longer is no such file. */
const FILE_BYTES_MAX = 64;
const COUNT = /^-?\d{1,15}$/;
const LISTED_MAX = 8;

/** Looks a device up by the content of its file `name` or `label`: its number changes with the order of the start. */
export async function findDevice(devicesFolder: string, device: string): Promise<FoundDevice> {
  const named = await presentDevices(devicesFolder);
  const matches = named.filter(({ name, label }) => name === device || label === device);
  const [first] = matches;
  if (first === undefined) return { ok: false, error: missingText(devicesFolder, device, named) };
  if (matches.length > 1) {
    const folders = matches.map(({ folder }) => folder).join(', ');
    const error = `There are ${matches.length} devices named ${device} (${folders}): give each a label in the device tree, and type that as device.`;
    return { ok: false, error };
  }
  return { ok: true, folder: join(devicesFolder, first.folder) };
}

/** Reads one raw count. Takes as long as the conversion does; never rejects. */
export async function readCount(deviceFolder: string, channel: string): Promise<Count> {
  const file = join(deviceFolder, `in_${channel}_raw`);
  try {
    const text = await readShort(file);
    if (COUNT.test(text)) return { ok: true, count: Number(text) };
    return { ok: false, isGone: false, error: `${file} holds no whole number: is it the right channel?` };
  } catch (error) {
    return explainFailure(file, deviceFolder, error);
  }
}

type Named = { readonly folder: string; readonly name: string; readonly label: string };

async function presentDevices(devicesFolder: string): Promise<readonly Named[]> {
  const entries = await readdir(devicesFolder).catch(() => []);
  const folders = entries.filter((entry) => DEVICE_FOLDER.test(entry)).sort();
  return Promise.all(
    folders.map(async (folder) => ({
      folder,
      name: await readShort(join(devicesFolder, folder, 'name')).catch(() => ''),
      // Most devices have none.
      label: await readShort(join(devicesFolder, folder, 'label')).catch(() => ''),
    })),
  );
}

/** The beginning of a file, without the line break at its end. A file that never ends costs no more than a short one. */
async function readShort(path: string): Promise<string> {
  const file = await open(path, 'r');
  try {
    const bytes = Buffer.alloc(FILE_BYTES_MAX + 1);
    const { bytesRead } = await file.read(bytes, 0, bytes.length, 0);
    return bytesRead > FILE_BYTES_MAX ? '' : bytes.toString('latin1', 0, bytesRead).trim();
  } finally {
    await file.close();
  }
}

function missingText(devicesFolder: string, device: string, present: readonly Named[]): string {
  const names = present.map(({ name, label }) => label || name).filter((name) => name !== '');
  const known =
    names.length === 0
      ? `${devicesFolder} holds none at the moment`
      : `these exist: ${names.slice(0, LISTED_MAX).join(', ')}`;
  return `There is no device named ${device}: ${known}. Check the wiring, and that its overlay (dtoverlay=) is loaded.`;
}

function explainFailure(file: string, deviceFolder: string, error: unknown): Count {
  const code = error instanceof Error && 'code' in error ? String(error.code) : String(error);
  if (code === 'ENODEV')
    return { ok: false, isGone: true, error: `${deviceFolder} is gone: check its wiring.` };
  if (code === 'ENOENT') {
    const remedy =
      'correct the channel of the slot, to voltage0 for example; if the device is gone, check its wiring';
    return { ok: false, isGone: true, error: `There is no ${file}: ${remedy}.` };
  }
  if (code === 'EACCES' || code === 'EPERM') {
    return {
      ok: false,
      isGone: false,
      error: `${file} may not be read: allow it to the user of the service.`,
    };
  }
  return {
    ok: false,
    isGone: false,
    error: `${file} cannot be read (${code}): check the wiring of the device.`,
  };
}
