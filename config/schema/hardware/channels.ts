/** What a slot may type as `sensor.channel` for one entry under `hardware`; the sentences say what to do instead. */
export type Channels =
  /** The hardware delivers one value: a channel is a misunderstanding. */
  | { readonly kind: 'one'; readonly unwanted: string }
  /** A slot has to say which value it reads. `refusal` is null for a channel that there can be. */
  | {
      readonly kind: 'several';
      readonly missing: string;
      readonly refusal: (channel: string) => string | null;
    };

/** For a driver whose device measures one thing. `entry` is the path of the entry, as text. */
export function oneValue(entry: string): Channels {
  return { kind: 'one', unwanted: `${entry} delivers a single value: take channel out here` };
}
