import * as v from 'valibot';
import { group } from './group.ts';
import { field } from './notes.ts';
import { duration, level } from './quantities.ts';
import { rule } from './rule.ts';
import { filePath, text, trueOrFalse } from './scalars.ts';
import { TOPIC_PREFIX_DEFAULT } from './topic-prefix.ts';
import { insecureMessage, isUnprotected, url } from './url.ts';

function topicPrefix() {
  return v.pipe(
    text(128),
    v.check(
      (value) => /^[^+#/$][^+#]*$/.test(value) && !/\/\/|\/$/.test(value),
      'a topic prefix has no + and no #, begins with neither / nor $, does not end with /: type for example replenish',
    ),
  );
}

/** Where Home Assistant looks unless it was told otherwise. */
const DISCOVERY_PREFIX = 'homeassistant';

const homeAssistant = v.union(
  [
    trueOrFalse(),
    group({
      discoveryPrefix: field(topicPrefix(), { description: 'Discovery topic of Home Assistant.' }),
    }),
  ],
  `type true, false or { discoveryPrefix: ${DISCOVERY_PREFIX} }`,
);

/** PURE. `true` means the usual prefix; null is off. */
export function homeAssistantConfig(
  setting: v.InferOutput<typeof homeAssistant> | undefined,
): { readonly discoveryPrefix: string } | null {
  if (setting === undefined || setting === false) return null;
  return setting === true ? { discoveryPrefix: DISCOVERY_PREFIX } : setting;
}

export const mqttSchema = field(
  v.pipe(
    group({
      url: field(
        url({
          schemes: ['mqtts', 'wss', 'mqtt', 'ws'],
          schemesWithPath: ['wss', 'ws'],
          exampleHost: 'broker.example.net:8883',
        }),
        {
          description: 'The MQTT broker.',
          examples: ['mqtts://broker.example.net:8883'],
          range: 'mqtts:// wss:// mqtt:// ws://',
        },
      ),
      allowInsecure: field(v.optional(trueOrFalse(), false), {
        description:
          'Allows mqtt:// and ws:// to another machine, where anybody on the network can read and change what is sent, tokens included.',
      }),
      username: field(v.optional(text(1024)), {
        description: 'User name at the broker.',
        examples: ['kitchen-printer-7'],
      }),
      passwordFile: field(v.optional(filePath()), {
        description:
          'File with the password, relative to $CREDENTIALS_DIRECTORY if that is set, else to this file. It may be provisioned later.',
        examples: ['mqtt-password'],
      }),
      caFile: field(v.optional(filePath()), {
        description:
          'File with the certificates (PEM) of the authorities that vouch for the broker, relative to this file. Without it those that the runtime brings along.',
        examples: ['ca.pem'],
      }),
      certFile: field(v.optional(filePath()), {
        description: 'File with the client certificate (PEM), relative to this file.',
        examples: ['client.pem'],
      }),
      keyFile: field(v.optional(filePath()), {
        description: 'File with the private key (PEM) of the client certificate, found like passwordFile.',
        examples: ['client.key'],
      }),
      topicPrefix: field(v.optional(topicPrefix(), TOPIC_PREFIX_DEFAULT), {
        description: 'First part of every topic; it may have several levels.',
        examples: ['replenish', 'site/hall-2'],
        range: 'no + #, no / at either end',
      }),
      heartbeat: field(v.optional(duration('1s', '7d'), '15m'), {
        description: 'How often the retained state is sent again when nothing changes.',
      }),
      deadband: field(v.optional(level(0, 50), '1%'), {
        description: 'Changes of a level smaller than this wait for the heartbeat.',
      }),
      commands: field(v.optional(trueOrFalse(), true), {
        description:
          'Takes commands over MQTT. On by default: the broker decides who may send any, as it does for tokens, and an order by command passes every gate. Off, the agent does not even subscribe to them.',
      }),
      registration: field(v.optional(trueOrFalse(), false), {
        description:
          'Lets a companion app register the device over MQTT, with replenish.token.source lwa. Whoever may publish on registration then decides whose account pays.',
      }),
      homeAssistant: field(v.optional(homeAssistant), {
        description:
          'Lets the device with all its slots appear in Home Assistant by itself; or { discoveryPrefix: ... } where Home Assistant does not look under homeassistant.',
        examples: [true],
        range: 'true, false or { discoveryPrefix }',
      }),
    }),
    rule((mqtt, misfit) => {
      if (mqtt.url !== undefined && isUnprotected(mqtt.url) && mqtt.allowInsecure === false) {
        misfit([['url']], insecureMessage(mqtt.url, /^ws/i.test(mqtt.url) ? 'wss' : 'mqtts'));
      }
    }),
    rule((_, misfit, isGiven) => {
      if (isGiven('certFile') && !isGiven('keyFile')) {
        misfit([['certFile']], 'a client certificate needs its private key: add keyFile');
      }
      if (isGiven('keyFile') && !isGiven('certFile')) {
        misfit([['keyFile']], 'a private key needs its certificate: add certFile');
      }
    }),
  ),
  { description: 'The connection to the MQTT broker.' },
);
