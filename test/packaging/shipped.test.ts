import { expect, test } from 'vitest';
import { sbomText } from '../../config/packaging/sbom.ts';
import { shippedPackages } from '../../config/packaging/shipped.ts';

const entry = (version: string) => ({ version, license: 'MIT', integrity: 'sha512-AAEC' });
const LOCK = {
  packages: {
    'node_modules/b': entry('2.0.0'),
    'node_modules/@a/b': entry('1.0.0'),
    'node_modules/b/node_modules/@a/b': entry('0.9.0'),
    'node_modules/firmata': { ...entry('2.3.0'), name: 'firmata-io' },
    'node_modules/bare': { version: '1.0.0', integrity: 'sha512-AAEC' },
  },
};

test('files are led to their packages, nested ones and scopes and other names too, each once', () => {
  const files = [
    'agent/main.ts',
    'node_modules/b/lib/x.js',
    'node_modules/b/y.js',
    'node_modules/@a/b/z.js',
    'node_modules/b/node_modules/@a/b/z.js',
    'node_modules/firmata/lib/firmata.js',
  ];
  expect(shippedPackages(files, LOCK).map(({ name, version }) => `${name} ${version}`)).toEqual([
    '@a/b 0.9.0',
    '@a/b 1.0.0',
    'b 2.0.0',
    'firmata-io 2.3.0',
  ]);
});

test('what the lock file does not know, or knows no licence of, may not ship', () => {
  expect(() => shippedPackages(['node_modules/c/x.js'], LOCK)).toThrow(/node_modules\/c: it may not ship/);
  expect(() => shippedPackages(['node_modules/bare/x.js'], LOCK)).toThrow(/bare: it may not ship/);
});

test('the list of materials names each package with its sum', () => {
  const packages = shippedPackages(['node_modules/@a/b/z.js'], LOCK);
  const sbom = JSON.parse(sbomText({ name: 'p', version: '1.2.3', licence: 'Apache-2.0' }, packages));
  expect(sbom).toMatchObject({
    bomFormat: 'CycloneDX',
    metadata: { component: { 'bom-ref': 'pkg:npm/p@1.2.3' } },
  });
  expect(sbom.components).toEqual([
    {
      type: 'library',
      'bom-ref': 'pkg:npm/%40a/b@1.0.0',
      purl: 'pkg:npm/%40a/b@1.0.0',
      name: '@a/b',
      version: '1.0.0',
      licenses: [{ expression: 'MIT' }],
      hashes: [{ alg: 'SHA-512', content: '000102' }],
    },
  ]);
});
