import * as v from 'valibot';
import { group } from './group.ts';
import { field } from './notes.ts';
import { rule } from './rule.ts';
import { text, trueOrFalse } from './scalars.ts';
import { isUnprotected, url } from './url.ts';

/** As Amazon takes a model or a serial number (docs/dash/lwa-web-api.html). */
function identifier() {
  return v.pipe(
    text(64),
    v.regex(
      /^[A-Za-z0-9+_-]{1,64}$/,
      '1 to 64 letters A-Z a-z, digits, + - or _ are expected here: no more is taken by Amazon',
    ),
  );
}

const browserUrl = (exampleHost: string) =>
  url({ schemes: ['https', 'http'], schemesWithPath: ['https', 'http'], exampleHost });

/** What the consent page is told of this device. */
export const registrationSchema = v.pipe(
  group({
    model: field(identifier(), {
      description: 'Model id of the device from the console of Dash Replenishment.',
      examples: ['Printer1'],
      range: '1 to 64 letters A-Z a-z, digits, + - or _',
    }),
    serial: field(identifier(), {
      description: 'Serial number; different on each unit of the model.',
      examples: ['SN0001'],
      range: '1 to 64 letters A-Z a-z, digits, + - or _',
    }),
    redirectUri: field(browserUrl('www.example.net/registered'), {
      description:
        'Where Amazon sends the browser after the consent; one of the return URLs of the security profile.',
      examples: ['https://www.example.net/registered'],
      range: 'https:// http://',
    }),
    consentUrl: field(v.optional(browserUrl('www.amazon.com/ap/oa'), 'https://www.amazon.com/ap/oa'), {
      description: "Amazon's consent page, on the site of the customer's country.",
      range: 'https:// http://',
    }),
    test: field(v.optional(trueOrFalse(), false), {
      description: 'Registers a test device: Amazon takes its orders and ships nothing.',
    }),
    nonLive: field(v.optional(trueOrFalse(), false), {
      description: 'Lets a model register that Amazon has not certified yet. Never in production.',
    }),
  }),
  rule((registration, misfit) => {
    for (const key of ['redirectUri', 'consentUrl'] as const) {
      const given = registration[key];
      if (given === undefined || !isUnprotected(given)) continue;
      misfit([[key]], 'http:// is taken for this machine only: type https://');
    }
  }),
);
