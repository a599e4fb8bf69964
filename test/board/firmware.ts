import { readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { dirname, join } from 'node:path';
import { FLASH_BYTES } from './atmega328.ts';
import { parseIntelHex } from './intel-hex.ts';

/** The flash memory of an Uno that runs the real StandardFirmata 2.4, as the npm package avrgirl-arduino ships it. */
export function standardFirmata(): Uint8Array {
  const folder = dirname(createRequire(import.meta.url).resolve('avrgirl-arduino/package.json'));
  const path = join(folder, 'junk/hex/uno/StandardFirmata.cpp.hex');
  return parseIntelHex(readFileSync(path, 'latin1'), FLASH_BYTES);
}
