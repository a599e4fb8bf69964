import * as v from 'valibot';
import { group } from './group.ts';
import { field } from './notes.ts';
import { name, text } from './scalars.ts';

export const deviceSchema = field(
  group({
    id: field(name(), {
      description:
        'Name of this device in every MQTT topic. It must be different on each device of a broker.',
      examples: ['kitchen-printer-7'],
      range: '1 to 64 letters A-Z a-z, digits, _ or -',
    }),
    name: field(v.optional(text(255)), {
      description: 'Name of this device for people.',
      examples: ['Kitchen printer'],
    }),
  }),
  { description: 'The device that this agent runs on.' },
);
