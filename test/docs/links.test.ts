import { existsSync, readdirSync } from 'node:fs';
import { join, posix } from 'node:path';
import { describe, expect, test } from 'vitest';
import { ROOT } from '../rules/source-tree.ts';
import { anchors, links, read } from './markdown.ts';

const DECISIONS = 'config/decisions';
const decisions = readdirSync(join(ROOT, DECISIONS)).map((name) => `${DECISIONS}/${name}`);

describe.each(['README.md', 'CONTRIBUTING.md', 'CHANGELOG.md', ...decisions])('%s', (path) => {
  const text = read(path);

  test('links to what is there', () => {
    const missing = links(text).filter((link) => {
      if (/^(?:https|mailto):/.test(link)) return false;
      const [file = '', anchor] = link.split('#', 2);
      const target = file === '' ? path : posix.join(posix.dirname(path), file);
      if (!existsSync(join(ROOT, target))) return true;
      return anchor !== undefined && !anchors(read(target)).includes(anchor);
    });
    expect(missing).toEqual([]);
  });

  test('shows no path of one machine', () => {
    expect(text).not.toMatch(/\/(?:work|root|home\/\w+)\//);
  });
});

describe('decision records', () => {
  test.each(decisions)('%s is dated, short and says where it stands', (path) => {
    const text = read(path);
    const date = /\/(\d{4}-\d{2}-\d{2})-[a-z0-9-]+\.md$/.exec(path)?.[1];
    expect(date).toBeDefined();
    expect(text.split('\n').length).toBeLessThan(40);
    expect(text).toMatch(new RegExp(`^# .+\\n\\n${date}\\. (?:In force|Replaced by)`));
  });
});
