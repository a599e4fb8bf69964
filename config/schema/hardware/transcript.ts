import * as v from 'valibot';
import type { HardwareConfigOf } from '../../config.ts';
import { group } from '../group.ts';
import { field } from '../notes.ts';
import { filePath, name, oneOf, trueOrFalse } from '../scalars.ts';

export const transcriptDriver = group({
  driver: field(v.literal('transcript'), {
    description:
      'A recording of readings (`run --record`) instead of hardware; the channel is the one that was recorded.',
    examples: ['transcript'],
  }),
  file: field(filePath(), {
    description: 'The recording, relative to this file.',
    examples: ['recording.jsonl'],
  }),
  pace: field(v.optional(oneOf(['original', 'fast']), 'original'), {
    description:
      'Every reading at its time, or as fast as they are taken in. Waits such as confirm.for still take their time: `replay` is what passes time quickly.',
  }),
  repeat: field(v.optional(trueOrFalse(), false), {
    description: 'Begins again a second after the end; without it the hardware is silent from there on.',
  }),
  only: field(v.optional(name()), {
    description: 'Takes only the readings that were recorded from the hardware of this name.',
    examples: ['board'],
  }),
});

type TranscriptFile = v.InferOutput<typeof transcriptDriver>;

/** `beside` makes a path absolute that is relative to the configuration. */
export function transcriptConfig(
  { only, ...rest }: TranscriptFile,
  beside: (path: string) => string,
): HardwareConfigOf<'transcript'> {
  return { ...rest, file: beside(rest.file), only: only ?? null };
}
