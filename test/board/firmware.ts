import { execFileSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import { existsSync, mkdirSync, mkdtempSync, readFileSync, renameSync, rmSync } from 'node:fs';
import { createRequire } from 'node:module';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { FLASH_BYTES } from './atmega328.ts';
import { parseIntelHex } from './intel-hex.ts';

/** Programs of our own, in the folder `firmware`. */
export type OwnFirmware = 'load-cell';

/** What is built is kept here, by the hash of what it was built from; nothing else is written. */
const BUILT = fileURLToPath(new URL('../../.firmware/', import.meta.url));
const COMPILER_WORDS = ['-std=c11', '-Wall', '-Wextra', '-Werror', '-Os', '-mmcu=atmega328p'];
const CLOCK_WORD = '-DF_CPU=16000000UL';

/** The flash memory of an Uno that runs the real StandardFirmata 2.4, as the npm package avrgirl-arduino ships it. */
export function standardFirmata(): Uint8Array {
  const folder = dirname(createRequire(import.meta.url).resolve('avrgirl-arduino/package.json'));
  return readHex(join(folder, 'junk/hex/uno/StandardFirmata.cpp.hex'));
}

/**
 * The flash memory of an Uno that runs a program of ours, built from its source by avr-gcc.
 * @throws when avr-gcc is not installed; `npm test` sees to that.
 */
export function ownFirmware(name: OwnFirmware): Uint8Array {
  const source = fileURLToPath(new URL(`firmware/${name}.c`, import.meta.url));
  const words = [...COMPILER_WORDS, CLOCK_WORD];
  const hash = createHash('sha256').update(words.join()).update(readFileSync(source)).digest('hex');
  const hex = join(BUILT, `${name}-${hash.slice(0, 16)}.hex`);
  if (!existsSync(hex)) build(source, words, hex);
  return readHex(hex);
}

/** Several tests may build at once: each in a folder of its own, and put into place in one step. */
function build(source: string, words: readonly string[], hex: string): void {
  mkdirSync(BUILT, { recursive: true });
  const folder = mkdtempSync(join(BUILT, 'build-'));
  try {
    const program = join(folder, 'program.elf');
    const image = join(folder, 'program.hex');
    execFileSync('avr-gcc', [...words, '-o', program, source]);
    execFileSync('avr-objcopy', ['-O', 'ihex', '-R', '.eeprom', program, image]);
    renameSync(image, hex);
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

function readHex(path: string): Uint8Array {
  return parseIntelHex(readFileSync(path, 'latin1'), FLASH_BYTES);
}
