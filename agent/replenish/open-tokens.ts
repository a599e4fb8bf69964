import type { Config } from '../../config/config.ts';
import type { Clock } from '../system/clock.ts';
import type { TokenLifetime, TokenRequestReason, TokenSource } from './access-token.ts';
import { createFileToken } from './file-token.ts';
import { createLwaClient } from './lwa-client.ts';
import { LwaToken } from './lwa-token.ts';
import { createMqttToken } from './mqtt-token.ts';
import { type PathWatch, watchPath } from './path-watch.ts';
import { refreshTokenFile } from './refresh-token-file.ts';
import { stampOf } from './secret-file.ts';

export type TokenOffer = { readonly accessToken: string; readonly lifetime: TokenLifetime };

/** The configured token source, with what only the MQTT one needs as calls that do nothing for the others. */
export type Tokens = {
  readonly source: TokenSource;
  /** A token came over MQTT. Returns why it was refused, or null. */
  offer(offer: TokenOffer): string | null;
  /** The broker can be reached again. */
  connected(): void;
  /** Wants no more tokens. Resolves when what is under way has come and is safe, or when `hurry` does. */
  stop(hurry: Promise<void>): Promise<void>;
};

export type TokensDeps = {
  readonly clock: Clock;
  /** Where a refresh token is kept that can't be written into its file. */
  readonly stateDir: string;
  /** 0 up to 1. */
  readonly random: () => number;
  /** Publishes a token request; false when there is no connection. */
  readonly request: (reason: TokenRequestReason) => boolean;
  readonly onChange: () => void;
};

/** For a device that asks Amazon for nothing. */
const NO_TOKENS: TokenSource = {
  start: () => undefined,
  current: () => null,
  status: () => ({ state: 'not-needed', expiresAtMs: null, error: null }),
  refresh: () => undefined,
  stop: () => undefined,
};

/** The one switch over token sources. */
export function createTokens({ token, retry, timeouts }: Config['replenish'], deps: TokensDeps): Tokens {
  switch (token.source) {
    case 'none':
      return { source: NO_TOKENS, ...unasked(token.source), stop: async () => undefined };
    case 'file': {
      const source = createFileToken({ path: token.file, timing: deps.clock, onChange: deps.onChange });
      return { source, ...unasked(token.source), stop: async () => source.stop() };
    }
    case 'lwa': {
      const client = createLwaClient({ ...token, timeouts }, deps.clock);
      const { refreshTokenFile: path, clientSecretFile } = token;
      const source = new LwaToken({
        client,
        keeper: refreshTokenFile(path, deps.stateDir),
        watch: (onEvent) =>
          watchPaths([path, ...(clientSecretFile === null ? [] : [clientSecretFile])], onEvent),
        secretStamp: () => (clientSecretFile === null ? null : stampOf(clientSecretFile)),
        timing: deps.clock,
        random: deps.random,
        retry,
        onChange: deps.onChange,
      });
      return {
        source,
        ...unasked(token.source),
        stop: async (hurry) => {
          source.stop();
          await Promise.race([source.finished(), hurry]);
          await client.close();
        },
      };
    }
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
        stop: async () => source.stop(),
      };
    }
  }
}

/** What a source does with MQTT that has nothing to do with it. */
function unasked(source: string): Pick<Tokens, 'offer' | 'connected'> {
  return {
    offer: () => `A token came over MQTT, but replenish.token.source is ${source}; it was dropped.`,
    connected: () => undefined,
  };
}

function watchPaths(paths: readonly string[], onEvent: () => void): PathWatch {
  const watches = paths.map((path) => watchPath(path, onEvent));
  return {
    rearm: () => {
      for (const watch of watches) watch.rearm();
    },
    close: () => {
      for (const watch of watches) watch.close();
    },
  };
}
