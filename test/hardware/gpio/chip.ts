import { execFileSync } from 'node:child_process';
import { closeSync, mkdirSync, openSync, readFileSync, writeFileSync, writeSync } from 'node:fs';
import { join } from 'node:path';
import { compileC } from '../../support/compile-c.ts';

/** Control of a GPIO chip that chip-shim.c lays into a process. */
export class ShimmedChip {
  readonly path: string;
  /** For the process that shall see the chip. */
  readonly env: Readonly<Record<string, string>>;
  readonly #folder: string;
  readonly #control: number;

  /** `folder` must exist, and is the chip's. */
  constructor(folder: string) {
    this.#folder = join(folder, 'gpio');
    mkdirSync(this.#folder);
    this.path = join(this.#folder, 'gpiochip0');
    writeFileSync(this.path, '');
    execFileSync('mkfifo', [join(this.#folder, 'control')]);
    // For reading, too: so that it opens before the process does, and what is written waits for it.
    this.#control = openSync(join(this.#folder, 'control'), 'r+');
    const preload = compileC('test/hardware/gpio/chip-shim.c', 'preload');
    this.env = { LD_PRELOAD: preload, GPIO_SHIM: this.#folder };
  }

  /** Drives lines to 0 V (0) or to the supply (1); they begin at the supply. */
  drive(level: 0 | 1, ...offsets: readonly number[]): void {
    for (const offset of offsets) writeSync(this.#control, `${offset} ${level}\n`);
  }

  /** The chip answers ENODEV from now on. */
  remove(): void {
    writeSync(this.#control, 'gone\n');
  }

  /** What was granted, a line for each request. */
  requests(): readonly string[] {
    return readFileSync(join(this.#folder, 'requests'), 'utf8').trim().split('\n');
  }

  close(): void {
    closeSync(this.#control);
  }
}
