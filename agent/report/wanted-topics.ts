import type { Config } from '../../config/config.ts';
import type { Topics } from './topics.ts';

/** What the device subscribes to. */
export function wantedTopics({ mqtt, replenish }: Config, names: Topics): readonly string[] {
  return [
    names.notification,
    ...(replenish.token.source === 'mqtt' ? [names.token] : []),
    ...(mqtt.commands ? [names.command] : []),
    ...(mqtt.registration ? [names.registration] : []),
  ];
}
