import type { Config } from '../../config/config.ts';
import { openAlexaProvider } from './alexa-provider.ts';
import { openDrsProvider } from './drs-provider.ts';
import type { Provider, ProviderDeps } from './provider.ts';

/** The one switch over providers. */
export function openProvider(config: Config, deps: ProviderDeps): Provider {
  const { replenish } = config;
  switch (replenish.provider) {
    case 'drs':
      return openDrsProvider(config, replenish, deps);
    case 'alexa':
      return openAlexaProvider(config, deps);
  }
}
