import type { RefreshTokenKeeper } from '../../agent/replenish/refresh-token-file.ts';
import type { Disk } from './disk.ts';
import type { Life } from './life.ts';
import type { Scene } from './scene.ts';

/** The file that the refresh token is in: replaced whole, or not at all. */
export class RefreshDisk {
  readonly #scene: Scene;
  readonly #disk: Disk;
  readonly #held = new Set<string>();
  #durable = '';
  /** Told of each new content, as the kernel tells of a rename. */
  onEvent: () => void = () => undefined;

  constructor(scene: Scene, disk: Disk) {
    this.#scene = scene;
    this.#disk = disk;
  }

  get durable(): string {
    return this.#durable;
  }

  /** Every token that the file has ever held. */
  get hasHeld(): ReadonlySet<string> {
    return this.#held;
  }

  /** Somebody puts a file there. */
  provision(token: string): void {
    this.#put(token);
    this.onEvent();
  }

  keeperFor(life: Life): RefreshTokenKeeper {
    return {
      read: () => ({ token: this.#durable, provisioned: this.#durable }),
      replace: (provisioned, token) => {
        if (life.passes('death before commit')) return;
        if (this.#disk.isFull || this.#scene.strikes('disk refuses')) {
          this.#scene.trouble();
          throw new Error('The disk is full.');
        }
        if (this.#durable !== provisioned) return;
        this.#put(token);
        this.#scene.note(null, 'the refresh token is replaced');
        life.passes('death after commit');
      },
    };
  }

  #put(token: string): void {
    this.#durable = token;
    this.#held.add(token);
  }
}
