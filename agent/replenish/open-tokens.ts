import type { Config } from '../../config/config.ts';
import type { Clock } from '../system/clock.ts';
import type { TokenLifetime, TokenRequestReason, TokenSource } from './access-token.ts';
import { createFileToken } from './file-token.ts';
import { createMqttToken } from './mqtt-token.ts';

export type TokenOffer = { readonly accessToken: string; readonly lifetime: TokenLifetime };

/** The configured token source, with what only the MQTT one needs as calls that do nothing for the others. */
export type Tokens = {
  readonly source: TokenSource;
  /** A token came over MQTT. Returns why it was refused, or null. */
  offer(offer: TokenOffer): string | null;
  /** The broker can be reached again. */
  connected(): void;
};

export type TokensDeps = {
  readonly clock: Clock;
  /** Publishes a token request; false when there is no connection. */
  readonly request: (reason: TokenRequestReason) => boolean;
  readonly onChange: () => void;
};

/** The one switch over token sources. */
export function createTokens(settings: Config['replenish']['token'], deps: TokensDeps): Tokens {
  switch (settings.source) {
    case 'file':
      return {
        source: createFileToken({ path: settings.file, timing: deps.clock, onChange: deps.onChange }),
        offer: () => 'A token came over MQTT, but replenish.token.source is file; it was dropped.',
        connected: () => undefined,
      };
    case 'mqtt': {
      const source = createMqttToken({
        timing: deps.clock,
        wall: () => ({ wallMs: deps.clock.wallMs(), wallTrusted: deps.clock.wallTrusted() }),
        request: deps.request,
        onChange: deps.onChange,
      });
      return {
        source,
        offer: ({ accessToken, lifetime }) => source.offer(accessToken, lifetime),
        connected: () => source.connected(),
      };
    }
  }
}
