import * as v from 'valibot';
import { isLoopback, type ListenAddress, parseListenAddress } from '../listen-address.ts';
import { group } from './group.ts';
import { field } from './notes.ts';
import { rule } from './rule.ts';
import { text, trueOrFalse } from './scalars.ts';

/** The port that OpenTelemetry's exporters for Prometheus listen on. */
const EXAMPLE = '127.0.0.1:9464';

const settings = group({
  listen: field(
    v.pipe(
      text(255),
      v.check(
        (value) => parseListenAddress(value) !== null,
        `an address and a port are expected: type for example ${EXAMPLE}`,
      ),
    ),
    { description: 'Where GET /metrics is answered.', examples: [EXAMPLE], range: 'HOST:PORT' },
  ),
  allowRemote: field(v.optional(trueOrFalse(), false), {
    description:
      'Allows an address that other machines can reach. They then read levels, phases and counters without a password.',
  }),
});

export const metricsSchema = field(
  v.optional(
    v.pipe(
      settings,
      rule(({ listen, allowRemote }, misfit) => {
        const address = listen === undefined ? null : parseListenAddress(listen);
        if (address !== null && !isLoopback(address) && allowRemote === false)
          misfit(
            [['listen']],
            `other machines could read this without a password: type 127.0.0.1:${address.port}, or add "allowRemote: true" beside it`,
          );
      }),
    ),
  ),
  {
    description: 'Counters and gauges as OpenMetrics text, for Prometheus and its like. Off without this.',
    examples: [{ listen: EXAMPLE }],
  },
);

/** PURE. null is off. */
export function metricsConfig(
  setting: v.InferOutput<typeof settings> | undefined,
): { readonly listen: ListenAddress } | null {
  const listen = setting === undefined ? null : parseListenAddress(setting.listen);
  return listen === null ? null : { listen };
}
