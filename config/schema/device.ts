import * as z from 'zod/mini';
import { field } from './notes.ts';
import { group, name, text } from './scalars.ts';

export const deviceSchema = field(
  group({
    id: field(name(), {
      description:
        'Name of this device in every MQTT topic. It must be different on each device of a broker.',
      examples: ['kitchen-printer-7'],
      range: '1 to 64 letters A-Z a-z, digits, _ or -',
    }),
    name: field(z.optional(text(255)), {
      description: 'Name of this device for people.',
      examples: ['Kitchen printer'],
    }),
  }),
  { description: 'The device that this agent runs on.' },
);
