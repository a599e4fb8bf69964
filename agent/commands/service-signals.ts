/** What a service manager says by signals. */
export type ServiceSignals = {
  /** Resolves when the process was told to end. */
  readonly stopped: Promise<void>;
  /** Waits for that, and calls `reload` for each SIGHUP until then, also for one that has come already. */
  untilStopped(reload: () => Promise<void>): Promise<void>;
  /** Gives the signals their usual effect back. */
  release(): void;
};

/** Listens from now on, so that a signal in the first moments is heard and not fatal. */
export function listenForSignals(): ServiceSignals {
  const stop = Promise.withResolvers<void>();
  let hangups = 0;
  let onHangup = (): void => {
    hangups++;
  };
  const hear = {
    SIGHUP: () => onHangup(),
    SIGTERM: () => stop.resolve(),
    SIGINT: () => stop.resolve(),
  };
  for (const [signal, listener] of Object.entries(hear)) process.on(signal, listener);
  return {
    stopped: stop.promise,
    untilStopped: async (reload) => {
      let reloading: Promise<void> = Promise.resolve();
      onHangup = () => {
        reloading = reloading.then(reload).catch(stop.reject);
      };
      if (hangups > 0) onHangup();
      await stop.promise;
      onHangup = () => undefined;
      await reloading;
    },
    release: () => {
      for (const [signal, listener] of Object.entries(hear)) process.off(signal, listener);
    },
  };
}
