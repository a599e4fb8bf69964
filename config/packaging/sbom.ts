import type { ShippedPackage } from './shipped.ts';

/** Pure. What ships, as CycloneDX 1.6 (https://cyclonedx.org/docs/1.6/json/). Without a date: the same bytes twice. */
export function sbomText(
  program: { readonly name: string; readonly version: string; readonly licence: string },
  packages: readonly ShippedPackage[],
): string {
  const sbom = {
    bomFormat: 'CycloneDX',
    specVersion: '1.6',
    version: 1,
    metadata: {
      component: {
        type: 'application',
        'bom-ref': reference(program.name, program.version),
        name: program.name,
        version: program.version,
        licenses: [{ expression: program.licence }],
      },
    },
    components: packages.map(({ name, version, licence, integrity }) => ({
      type: name.startsWith('node-linux-') ? 'platform' : 'library',
      'bom-ref': reference(name, version),
      name,
      version,
      purl: reference(name, version),
      licenses: [{ expression: licence }],
      hashes: [{ alg: 'SHA-512', content: hexOf(integrity) }],
    })),
  };
  return `${JSON.stringify(sbom, null, 2)}\n`;
}

/** https://github.com/package-url/purl-spec: the sign of a scope is encoded. */
function reference(name: string, version: string): string {
  return `pkg:npm/${name.replace('@', '%40')}@${version}`;
}

function hexOf(integrity: string): string {
  return Buffer.from(integrity.replace('sha512-', ''), 'base64').toString('hex');
}
