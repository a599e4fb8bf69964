import { type ListenAddress, parseListenAddress } from '../../config/listen-address.ts';
import { TOPIC_PREFIX_DEFAULT } from '../../config/schema/topic-prefix.ts';
import type { PageHints } from './page-files.ts';

/** The sandbox has 8080 and 8081; both often run on one desk. */
export const DASHBOARD_LISTEN_DEFAULT = '127.0.0.1:8090';

/** What the words behind `dashboard` ask for. */
export type DashboardWords = { readonly listen: ListenAddress; readonly hints: PageHints };

/** Reads the options of `dashboard`; a sentence when one of them is wrong. */
export function readDashboardWords(values: ReadonlyMap<string, string>): DashboardWords | string {
  const listen = parseListenAddress(values.get('listen') ?? DASHBOARD_LISTEN_DEFAULT);
  if (listen === null)
    return `--listen is a host and a port, such as ${DASHBOARD_LISTEN_DEFAULT} or [::1]:8090.`;
  const brokerUrl = values.get('broker-url') ?? null;
  if (brokerUrl !== null && (!URL.canParse(brokerUrl) || !/^wss?:$/.test(new URL(brokerUrl).protocol)))
    return '--broker-url is the WebSocket listener of the broker: ws://HOST:PORT or wss://HOST/PATH.';
  if (brokerUrl !== null && (new URL(brokerUrl).username !== '' || new URL(brokerUrl).password !== ''))
    return '--broker-url holds no user name or password: the page asks for them, and everybody can read what it is served.';
  return { listen, hints: { brokerUrl, topicPrefix: values.get('topic-prefix') ?? TOPIC_PREFIX_DEFAULT } };
}
