import * as v from 'valibot';
import { durationText } from '../quantity.ts';
import { group } from './group.ts';
import { field } from './notes.ts';
import { duration, level } from './quantities.ts';
import { registrationSchema } from './registration.ts';
import { rule } from './rule.ts';
import { filePath, oneOf, trueOrFalse } from './scalars.ts';
import { tokenSchema } from './token.ts';
import { insecureMessage, isUnprotected, url } from './url.ts';

const retry = v.pipe(
  group({
    first: field(v.optional(duration('10ms', '1h'), '2s'), {
      description:
        'Wait after the first failure. It doubles with each further one; each wait is drawn between half and the whole of its step.',
    }),
    max: field(v.optional(duration('10ms', '1d'), '15m'), {
      description: 'Longest wait between two attempts.',
    }),
  }),
  rule(({ first, max }, misfit) => {
    if (first === undefined || max === undefined || first <= max) return;
    misfit(
      [['first'], ['max']],
      `first (${durationText(first)}) must not be longer than max (${durationText(max)})`,
    );
  }),
);

const duties = group({
  enabled: field(v.optional(trueOrFalse(), true), {
    description:
      'Tells Amazon what it wants to know of a device beside its orders: the levels, that it is alive, and asks which slots are subscribed.',
  }),
  startDelay: field(v.optional(duration('100ms', '1h'), '30s'), {
    description:
      'After a start the first of them comes between this and three times as long, in which devices differ. The subscriptions are read between a sixth and half of it.',
  }),
  levelStep: field(v.optional(level(1, 100), '5%'), {
    description: 'A level is told when it has moved by this much since it was told last, and once a day.',
  }),
  levelPause: field(v.optional(duration('1s', '1d'), '15m'), {
    description: 'The shortest time between two tellings of one level.',
  }),
});

const timeouts = group({
  connect: field(v.optional(duration('10ms', '5m'), '10s'), {
    description: 'Longest time until the connection, TLS included, stands.',
  }),
  headers: field(v.optional(duration('10ms', '5m'), '15s'), {
    description: 'Longest wait from the request to the head of the answer.',
  }),
  body: field(v.optional(duration('10ms', '5m'), '10s'), {
    description: 'Longest silence within the body of the answer.',
  }),
});

export const replenishSchema = field(
  v.pipe(
    group({
      provider: field(v.optional(oneOf(['drs', 'alexa']), 'drs'), {
        description:
          'Who orders: `drs` this device, at the Dash Replenishment Service; `alexa` Amazon, by the inventory that the device reports over MQTT.',
      }),
      url: field(
        v.optional(
          url({
            schemes: ['https', 'http'],
            schemesWithPath: [],
            exampleHost: 'dash-replenishment-service-na.amazon.com',
          }),
        ),
        {
          isNeeded: true,
          description:
            "Amazon's Dash Replenishment Service: one address for every country, whatever its `-na` suggests. Not with `provider: alexa`.",
          examples: ['https://dash-replenishment-service-na.amazon.com'],
          range: 'https:// http://, scheme, host and port only',
        },
      ),
      allowInsecure: field(v.optional(trueOrFalse(), false), {
        description:
          'Allows http:// to another machine, where anybody on the network can read the token and place orders.',
      }),
      caFile: field(v.optional(filePath()), {
        description:
          'File with the certificates (PEM) of the authorities that vouch for the url, relative to this file; for a test service of your own.',
        examples: ['drs-ca.pem'],
      }),
      token: field(v.optional(tokenSchema, { source: 'mqtt' }), {
        description: 'Where the access token comes from.',
      }),
      registration: field(v.optional(registrationSchema), {
        description:
          'What Amazon is told of this device when a customer ties it to an account: for the command register, with token.source lwa.',
        examples: [
          { model: 'Printer1', serial: 'SN0001', redirectUri: 'https://www.example.net/registered' },
        ],
      }),
      dryRun: field(v.optional(trueOrFalse(), false), {
        description: 'Decides and reports everything, but sends no order, and no inventory.',
      }),
      inDoubtWindow: field(v.optional(duration('0s', '7d'), '6h'), {
        description:
          'How long a request that may have reached Amazon without an answer is repeated. Afterwards the slot is held until somebody, a notification or a refill settles it.',
      }),
      duties: field(v.optional(duties, {}), { description: 'Calls beside orders. None with dryRun.' }),
      retry: field(v.optional(retry, {}), { description: 'Waits between attempts after a failure.' }),
      timeouts: field(v.optional(timeouts, {}), { description: 'Deadlines of one request.' }),
    }),
    rule((replenish, misfit, isGiven, missing) => {
      if (replenish.provider === 'drs' && !isGiven('url')) missing(['url']);
      if (replenish.url !== undefined && isUnprotected(replenish.url) && replenish.allowInsecure === false) {
        misfit([['url']], insecureMessage(replenish.url, 'https'));
      }
    }),
  ),
  { description: "Amazon's Dash Replenishment Service (DRS)." },
);
