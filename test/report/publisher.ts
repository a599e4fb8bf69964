import type { Publisher } from '../../agent/report/link.ts';

export type SentMessage = { readonly topic: string; readonly payload: string; readonly retain: boolean };

/** A publisher whose broker answers when the test says so. */
export class ScriptedPublisher implements Publisher {
  /** Everything handed over, in order. */
  readonly sent: SentMessage[] = [];
  isConnected = true;
  readonly #open: { resolve(): void; reject(error: Error): void }[] = [];

  connected(): boolean {
    return this.isConnected;
  }

  publish(topic: string, payload: string, { retain }: { readonly retain: boolean }): Promise<void> {
    if (!this.isConnected) return Promise.reject(new Error('no connection'));
    this.sent.push({ topic, payload, retain });
    return new Promise((resolve, reject) => this.#open.push({ resolve, reject }));
  }

  get underWay(): number {
    return this.#open.length;
  }

  /** Acknowledges the oldest message under way. */
  async acknowledge(): Promise<void> {
    this.#open.shift()?.resolve();
    await settled();
  }

  async refuse(sentence: string): Promise<void> {
    this.#open.shift()?.reject(new Error(sentence));
    await settled();
  }

  /** The connection goes, and everything under way with it. */
  async disconnect(): Promise<void> {
    this.isConnected = false;
    for (const job of this.#open.splice(0)) job.reject(new Error('lost'));
    await settled();
  }
}

/** Lets the reactions to settled promises run. */
function settled(): Promise<void> {
  return new Promise((resolve) => {
    setImmediate(resolve);
  });
}
