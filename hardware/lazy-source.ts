import type { HardwareHealth, HardwareListener, HardwareSource } from './hardware-source.ts';

/** Builds the real source; called once, when the connection is opened. It may load whatever the driver needs. */
export type LoadSource = (listener: HardwareListener) => Promise<HardwareSource>;

/**
 * A source whose code is loaded when it is opened, so that a heavy driver costs those nothing who do not use it.
 * `opening` until it is there; from then on it is the loaded source.
 */
export class LazySource implements HardwareSource {
  readonly name: string;
  readonly driver: string;
  readonly #listener: HardwareListener;
  readonly #load: LoadSource;
  #source: HardwareSource | null = null;
  #loading: Promise<void> | null = null;
  #own: HardwareHealth = { state: 'opening', error: null, badFrames: 0, reopens: 0, lastReadingAtMs: null };

  constructor(name: string, driver: string, listener: HardwareListener, load: LoadSource) {
    this.name = name;
    this.driver = driver;
    this.#listener = listener;
    this.#load = load;
  }

  open(): void {
    if (this.#own.state === 'closed') return;
    this.#loading ??= this.#loadAndOpen();
  }

  health(): HardwareHealth {
    return this.#source?.health() ?? this.#own;
  }

  async close(): Promise<void> {
    const wasClosed = this.#own.state === 'closed';
    this.#own = { ...this.#own, state: 'closed', error: null };
    await this.#loading;
    if (this.#source !== null) await this.#source.close();
    else if (!wasClosed) this.#listener.onHealth(this.#own);
  }

  async #loadAndOpen(): Promise<void> {
    try {
      const source = await this.#load(this.#listener);
      // Closed while it was loading: a source that was never opened holds nothing.
      if (this.#own.state === 'closed') return;
      this.#source = source;
    } catch (error) {
      if (this.#own.state === 'closed') return;
      const reason = error instanceof Error ? error.message.split('\n', 1)[0] : String(error);
      const remedy = 'install the program again, with all of its files, then restart';
      this.#own = {
        ...this.#own,
        state: 'failed',
        error: `The driver ${this.driver} could not be loaded (${reason}): ${remedy}.`,
      };
      this.#listener.onHealth(this.#own);
      return;
    }
    this.#source.open();
  }
}
