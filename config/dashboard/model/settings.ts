import * as v from 'valibot';
import { jsonObject } from '../../json-value.ts';
import { TOPIC_PREFIX_DEFAULT } from '../../schema/topic-prefix.ts';

/** Where the page looks. */
export type Settings = {
  /** ws:// or wss:// */
  readonly brokerUrl: string;
  readonly topicPrefix: string;
  /** Empty without one. */
  readonly username: string;
};

/** What the server of the page knows better than the page; all of it may be missing. */
export type Hints = { readonly brokerUrl: string | null; readonly topicPrefix: string };

const hints = v.pipe(
  jsonObject,
  v.object({
    brokerUrl: v.nullish(v.pipe(v.string(), v.maxLength(500))),
    topicPrefix: v.optional(v.pipe(v.string(), v.maxLength(200))),
  }),
);

/** Reads settings.json of the server. Pure. */
export function readHints(json: unknown, pageUrl: string): Hints {
  const read = v.safeParse(hints, json);
  if (!read.success) return { brokerUrl: null, topicPrefix: TOPIC_PREFIX_DEFAULT };
  const { brokerUrl = null, topicPrefix = TOPIC_PREFIX_DEFAULT } = read.output;
  return { brokerUrl: brokerUrl === null ? null : socketUrl(brokerUrl, pageUrl), topicPrefix };
}

/** `/mqtt` on the server of the page as an address of its own. */
function socketUrl(text: string, pageUrl: string): string {
  if (!text.startsWith('/')) return text;
  const url = new URL(text, pageUrl);
  url.protocol = url.protocol === 'https:' ? 'wss:' : 'ws:';
  return url.href;
}

/** Settings in the address of the page, behind the #. A password never stands there. Pure. */
export function readHash(hash: string, { brokerUrl, topicPrefix }: Hints): Settings {
  const words = new URLSearchParams(hash.replace(/^#/, ''));
  return {
    brokerUrl: words.get('broker') ?? brokerUrl ?? '',
    topicPrefix: words.get('prefix') ?? topicPrefix,
    username: words.get('user') ?? '',
  };
}

/** The address of the page with other words behind the #; null takes a word out. Pure. */
export function withWords(hash: string, changes: Readonly<Record<string, string | null>>): string {
  const words = new URLSearchParams(hash.replace(/^#/, ''));
  for (const [name, value] of Object.entries(changes)) {
    if (value === null || value === '') words.delete(name);
    else words.set(name, value);
  }
  return words.size === 0 ? '' : `#${words}`;
}

/** What is wrong with settings, for the person who typed them; null when nothing is. Pure. */
export function settingsMistake({ brokerUrl, topicPrefix }: Settings): string | null {
  if (!URL.canParse(brokerUrl) || !/^wss?:$/.test(new URL(brokerUrl).protocol))
    return 'The broker is an address such as ws://192.168.1.20:9001 or wss://broker.example.net/mqtt.';
  if (new URL(brokerUrl).username !== '' || new URL(brokerUrl).password !== '')
    return 'User name and password have fields of their own: take them out of the address.';
  if (topicPrefix === '' || /[+#]|^\/|\/$/.test(topicPrefix))
    return 'The topic prefix is that of the devices (mqtt.topicPrefix), without + and #, and without / at its ends.';
  return null;
}
