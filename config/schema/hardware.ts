import * as z from 'zod/mini';
import type { HardwareConfig } from '../config.ts';
import type { Channels } from './hardware/channels.ts';
import { linesChannels, linesConfig, linesDriver } from './hardware/lines.ts';
import { field } from './notes.ts';
import type { Checked } from './rule.ts';
import { named } from './scalars.ts';

/**
 * Every driver, each declared in a file of its own. The first is the one that the sample shows at work; of the others
 * it shows the example that is noted here, under the name that is noted here.
 */
const driver = z.discriminatedUnion('driver', [linesDriver], {
  error: 'settings are expected here, indented below this line: the first is driver',
});

export const hardwareSchema = field(named(field(driver, { description: 'One connection.' })), {
  entryName: 'board',
  description: 'The connections to sensors, each under a name of your choice.',
});

/** One entry as it was read, durations in milliseconds. */
export type HardwareFile = z.output<typeof driver>;

/** PURE. One entry as it was read -> as it is used. */
export function hardwareConfig(file: HardwareFile): HardwareConfig {
  switch (file.driver) {
    case 'lines':
      return linesConfig(file);
  }
}

/** PURE. The channels that the slots may name; null while the entry's own mistakes leave that open. */
export function channelsOf(file: Checked<HardwareFile>, entry: string): Channels | null {
  switch (file.driver) {
    case 'lines':
      return linesChannels(file, entry);
    case undefined:
      return null;
  }
}
