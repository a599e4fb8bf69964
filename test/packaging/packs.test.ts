import { describe, expect, it } from 'vitest';
import { type Chunk, packsOf } from '../../config/packaging/packs.ts';

function chunk(name: string, needs: readonly string[] = [], entry: string | null = null): Chunk {
  return { name, text: name, needs, entry };
}

const CHUNKS = [
  chunk('main', ['shared'], 'main.ts'),
  chunk('serve', ['shared', 'deep'], 'serve.ts'),
  chunk('deep', ['shared']),
  chunk('shared'),
  chunk('check', ['shared'], 'check.ts'),
];

function names(groups: readonly (readonly string[])[], chunks: readonly Chunk[] = CHUNKS): string[] {
  return packsOf(chunks, groups).map((pack) => pack.chunks.map(({ name }) => name).join(' '));
}

describe('the chunks of the program', () => {
  it('come in one pack with all that they need, and what no group needs in packs of their own', () => {
    expect(names([['main.ts'], ['serve.ts']])).toEqual(['shared main', 'deep serve', 'check']);
    expect(names([['main.ts', 'check.ts']])).toEqual(['shared main check', 'serve', 'deep']);
  });

  it('must not need each other in a circle', () => {
    const circle = [chunk('main', ['other'], 'main.ts'), chunk('other', ['main'])];
    expect(() => names([['main.ts']], circle)).toThrow('main -> other -> main');
    expect(() => names([], circle)).toThrow('main -> other -> main');
  });

  it('must be there for each source that is named', () => {
    expect(() => names([['serv.ts']])).toThrow('serv.ts is no chunk of its own');
  });
});
