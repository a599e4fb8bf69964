import * as v from 'valibot';
import { choice } from './choice.ts';
import { group } from './group.ts';
import { field } from './notes.ts';
import { rule } from './rule.ts';
import { filePath, text, trueOrFalse } from './scalars.ts';
import { insecureMessage, isUnprotected, url } from './url.ts';

/** Of all sources; what belongs to one of them says so in its description. */
const fromMqtt = group({
  source: field(v.literal('mqtt'), {
    description:
      'Where the access token comes from: `mqtt` asks for it over MQTT, `file` reads it from a file, `lwa` gets it from Login with Amazon.',
    examples: ['mqtt', 'file', 'lwa'],
  }),
});

const fromFile = group({
  source: v.literal('file'),
  file: field(filePath(), {
    description:
      'File with the access token, relative to $CREDENTIALS_DIRECTORY if that is set, else to this file. It is read again when it changes, and may be provisioned later. Only with `source: file`.',
    examples: ['access-token'],
  }),
});

const fromLwa = v.pipe(
  group({
    source: v.literal('lwa'),
    clientId: field(text(100), {
      description:
        'Client id of the security profile at Login with Amazon. Only with `source: lwa`, as all that follows.',
      examples: ['amzn1.application-oa2-client.0123456789abcdef'],
    }),
    refreshTokenFile: field(filePath(), {
      description:
        'File with the refresh token, found like `file`. The command register writes it, and the agent when Amazon replaces the token: both need to be able to write in its folder.',
      examples: ['refresh-token'],
    }),
    clientSecretFile: field(v.optional(filePath()), {
      description:
        'File with the secret of the client, found like `file`. Without it the device is a public client and uses PKCE, as it should.',
      examples: ['client-secret'],
    }),
    url: field(
      v.optional(
        url({
          schemes: ['https', 'http'],
          schemesWithPath: ['https', 'http'],
          exampleHost: 'api.amazon.com/auth/o2/token',
        }),
        'https://api.amazon.com/auth/o2/token',
      ),
      { description: 'Token endpoint of Login with Amazon.', range: 'https:// http://' },
    ),
    allowInsecure: field(v.optional(trueOrFalse(), false), {
      description: 'Allows http:// to another machine, where anybody on the network can read the tokens.',
    }),
    caFile: field(v.optional(filePath()), {
      description:
        'File with the certificates (PEM) of the authorities that vouch for the token endpoint, relative to this file; for a test service of your own.',
      examples: ['lwa-ca.pem'],
    }),
  }),
  rule((token, misfit) => {
    if (token.url !== undefined && isUnprotected(token.url) && token.allowInsecure === false) {
      misfit([['url']], insecureMessage(token.url, 'https'));
    }
  }),
);

/** Where access tokens come from. */
export const tokenSchema = choice(
  'source',
  [fromMqtt, fromFile, fromLwa],
  'settings are expected here: type for example { source: mqtt }',
);
