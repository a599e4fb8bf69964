import { closeSync, openSync, readdirSync, readSync } from 'node:fs';
import { getSystemErrorName } from 'node:util';

/** What is known of a call: its result, or the name of its errno, such as EBUSY. */
export type Answer<T> =
  | { readonly ok: true; readonly value: T }
  | { readonly ok: false; readonly errno: string };

/** The kernel as far as GPIO needs it. No call throws. */
export type GpioKernel = {
  /** Device files of the GPIO chips that exist now, in the order of their numbers. */
  chipPaths(): readonly string[];
  open(path: string): Answer<number>;
  /** Hands `bytes` to the kernel, which may change them. Waits outside the event loop: a chip on a bus is slow. */
  ioctl(descriptor: number, request: number, bytes: Buffer): Promise<Answer<null>>;
  /**
   * Calls `listener` whenever the descriptor has something to read, or is broken. Returns what ends that. The listener
   * runs in a native callback, after which Node settles no promise: it may only plan what is to be done.
   */
  watch(descriptor: number, listener: () => void): () => void;
  /** Takes what has arrived on a watched descriptor, and drops it. */
  drain(descriptor: number): void;
  close(descriptor: number): void;
};

const DRAINED_BYTES_MAX = 4096;

/**
 * DOOR of koffi, which calls ioctl(2) of the C library that is already in the process: nothing is compiled, and nobody
 * pays for it who has no GPIO. @throws when koffi has no native part for this processor.
 */
export async function loadGpioKernel(): Promise<GpioKernel> {
  const { default: koffi } = await import('koffi');
  // The real one takes any number of arguments; on 64 bits a third one travels in the same way.
  const ioctl = koffi.load(null).func('int ioctl(int fd, unsigned long request, _Inout_ uint8_t *bytes)');
  return {
    chipPaths,
    open: (path) => attempt(() => openSync(path, 'r+')),
    ioctl: (descriptor, request, bytes) =>
      new Promise((resolve) => {
        ioctl.async(descriptor, request, bytes, (failure: Error | null, result: number) => {
          // errno belongs to the call only within this callback.
          if (failure === null && result >= 0) resolve({ ok: true, value: null });
          else resolve({ ok: false, errno: getSystemErrorName(-koffi.errno()) });
        });
      }),
    watch: (descriptor, listener) => {
      // Makes the descriptor non-blocking (uv_poll_init).
      const handle = koffi.node.poll(descriptor, { readable: true }, listener);
      return () => handle.close();
    },
    drain: (descriptor) => {
      attempt(() => readSync(descriptor, Buffer.allocUnsafe(DRAINED_BYTES_MAX)));
    },
    close: (descriptor) => {
      attempt(() => closeSync(descriptor));
    },
  };
}

function chipPaths(): readonly string[] {
  const found = attempt(() => readdirSync('/dev'));
  if (!found.ok) return [];
  return found.value
    .filter((name) => /^gpiochip\d+$/.test(name))
    .toSorted((a, b) => Number(a.slice(8)) - Number(b.slice(8)))
    .map((name) => `/dev/${name}`);
}

function attempt<T>(call: () => T): Answer<T> {
  try {
    return { ok: true, value: call() };
  } catch (error) {
    return {
      ok: false,
      errno: error instanceof Error && 'code' in error ? String(error.code) : String(error),
    };
  }
}
