/** Resolves when the process is told to end; `release` gives the signals their usual effect back. */
export type EndSignal = { readonly told: Promise<void>; release(): void };

/** From now on SIGINT and SIGTERM end nothing by themselves. */
export function listenForEnd(): EndSignal {
  const told = Promise.withResolvers<void>();
  const end = (): void => told.resolve();
  const names = ['SIGINT', 'SIGTERM'] as const;
  for (const name of names) process.on(name, end);
  return {
    told: told.promise,
    release: () => {
      for (const name of names) process.off(name, end);
    },
  };
}
