/** What one output file of the bundler is: its text, what it asks for at once, and the source it was made for, if one. */
export type Chunk = {
  readonly name: string;
  readonly text: string;
  readonly needs: readonly string[];
  readonly entry: string | null;
};

/** Chunks that are loaded together, in one piece of text. */
export type Pack = { readonly chunks: readonly Chunk[] };

/**
 * PURE. Puts the chunks into packs: for each group of sources one pack of all that these need at once and no earlier pack
 * has, and for every chunk that is left one of its own. V8 takes up a pack as a whole, so that what a start does not
 * need costs it nothing, and what it needs comes in one piece and not in forty.
 *
 * @throws when a source was not built, or chunks need each other in a circle: the order of evaluation would be lost.
 */
export function packsOf(chunks: readonly Chunk[], groups: readonly (readonly string[])[]): readonly Pack[] {
  const byName = new Map(chunks.map((chunk) => [chunk.name, chunk]));
  for (const chunk of chunks) gather(chunk, byName, new Map(), []);
  const packed = new Set<string>();
  const packs: Pack[] = [];
  for (const sources of groups) {
    const found = new Map<string, Chunk>();
    for (const source of sources) {
      const chunk = chunks.find(({ entry }) => entry === source);
      if (chunk === undefined) throw new Error(`${source} is no chunk of its own: nothing loads it lazily.`);
      gather(chunk, byName, found, []);
    }
    const fresh = [...found.values()].filter(({ name }) => !packed.has(name));
    for (const { name } of fresh) packed.add(name);
    packs.push({ chunks: fresh });
  }
  const rest = chunks.filter(({ name }) => !packed.has(name));
  return [...packs, ...rest.map((chunk) => ({ chunks: [chunk] }))];
}

/** Adds what a chunk needs, and then the chunk. */
function gather(
  chunk: Chunk,
  byName: ReadonlyMap<string, Chunk>,
  found: Map<string, Chunk>,
  around: readonly string[],
): void {
  if (around.includes(chunk.name))
    throw new Error(`These chunks need each other in a circle: ${[...around, chunk.name].join(' -> ')}.`);
  if (found.has(chunk.name)) return;
  for (const name of chunk.needs) {
    const needed = byName.get(name);
    if (needed !== undefined) gather(needed, byName, found, [...around, chunk.name]);
  }
  found.set(chunk.name, chunk);
}
