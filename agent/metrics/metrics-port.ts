import { isDeepStrictEqual } from 'node:util';
import type { Config } from '../../config/config.ts';
import type { StateStore } from '../store/state-store.ts';
import type { Log } from '../system/log.ts';
import type { MetricFacts } from './families.ts';
import type { MetricsDoor } from './metrics-door.ts';
import { Tally } from './tally.ts';

/** Metrics as the configuration wants them; while it wants none, nothing is counted, loaded or listened on. */
export type MetricsPort = {
  /** Call it before the flow is composed: what that does is counted from then on. */
  apply(settings: Config['metrics']): void;
  /** The store to hand to the flow. */
  counting(store: StateStore): StateStore;
  /** The broker is connected, again. */
  connected(): void;
  stop(): Promise<void>;
};

export type MetricsPortDeps = {
  readonly log: Log;
  readonly facts: () => Omit<MetricFacts, 'counts' | 'runtime'>;
};

export function createMetricsPort({ log, facts }: MetricsPortDeps): MetricsPort {
  let tally: Tally | null = null;
  let inForce: Config['metrics'] = null;
  let door: Promise<MetricsDoor | null> = Promise.resolve(null);

  const open = async (
    settings: NonNullable<Config['metrics']>,
    counted: Tally,
  ): Promise<MetricsDoor | null> => {
    const { host, port } = settings.listen;
    const { openMetricsDoor } = await import('./metrics-door.ts');
    try {
      const opened = await openMetricsDoor(settings.listen, (runtime) => ({
        ...facts(),
        counts: counted.counts(),
        runtime,
      }));
      log.info({ host, port }, 'Metrics are served.');
      return opened;
    } catch (error) {
      const why = error instanceof Error ? error.message : String(error);
      log.error(
        { host, port },
        `Metrics are not served (${why}): choose another address in metrics.listen and reload. All else goes on.`,
      );
      return null;
    }
  };

  return {
    apply: (settings) => {
      if (isDeepStrictEqual(settings, inForce)) return;
      inForce = settings;
      if (settings !== null) tally ??= new Tally();
      const counted = tally;
      door = door.then(async (before) => {
        await before?.close();
        return settings === null || counted === null ? null : open(settings, counted);
      });
    },
    counting: (store) => tally?.counting(store) ?? store,
    connected: () => tally?.connected(),
    stop: async () => {
      await (await door)?.close();
    },
  };
}
