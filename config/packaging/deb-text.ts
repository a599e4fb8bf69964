import type { ShippedPackage } from './shipped.ts';

/** What the package says of itself. */
export type DebFacts = {
  /** Of the program, `0.1.0`. */
  readonly version: string;
  /** As Debian calls it: `amd64`, `arm64`. */
  readonly architecture: string;
  readonly description: string;
  readonly homepage: string | null;
  readonly installedKib: number;
  /** Seconds since 1970. */
  readonly builtAtS: number;
};

/** The first packaging of that version. */
export function debVersion(version: string): string {
  // A version that comes before the release sorts there only with a tilde.
  return `${version.replace('-', '~')}-1`;
}

const MAINTAINER = 'The replenish-agent developers <replenish-agent@localhost>';

/**
 * Pure. `DEBIAN/control`. The bundled runtime needs glibc 2.28 and its C++ library; launch.pl is on perl-base and the
 * wrapper on util-linux, which are on every Debian system.
 */
export function controlText(facts: DebFacts): string {
  const { version, architecture, description, homepage, installedKib } = facts;
  const lines = [
    'Package: replenish-agent',
    `Version: ${debVersion(version)}`,
    `Architecture: ${architecture}`,
    `Maintainer: ${MAINTAINER}`,
    `Installed-Size: ${installedKib}`,
    'Depends: init-system-helpers (>= 1.52), libc6 (>= 2.28), libgcc-s1, libstdc++6 (>= 8), systemd (>= 250)',
    'Section: misc',
    'Priority: optional',
    ...(homepage === null ? [] : [`Homepage: ${homepage}`]),
    'Description: reorders what runs low through Amazon Dash Replenishment',
    ...wrapped(description).map((line) => ` ${line}`),
    ' .',
    ' The runtime that it was tested with (Node.js) comes along.',
  ];
  return `${lines.join('\n')}\n`;
}

/** Pure. `changelog.Debian`: what changed in the program itself stands in changelog.gz. */
export function changelogText({ version, builtAtS }: DebFacts): string {
  const date = new Date(builtAtS * 1000).toUTCString().replace('GMT', '+0000');
  return `replenish-agent (${debVersion(version)}) stable; urgency=medium\n\n  * Version ${version}; see changelog.gz.\n\n -- ${MAINTAINER}  ${date}\n`;
}

/** Pure. The machine-readable copyright file: whose what is. The texts of all licences are in licences.gz. */
export function copyrightText(packages: readonly ShippedPackage[]): string {
  return `Format: https://www.debian.org/doc/packaging-manuals/copyright-format/1.0/
Upstream-Name: replenish-agent

Files: *
Copyright: 2026 The replenish-agent developers
License: Apache-2.0
 On Debian systems the text is in /usr/share/common-licenses/Apache-2.0.
Comment:
 These packages of npm come along, in the program or beside it. The texts of their licences are in licences.gz, their
 sums in sbom.cdx.json.
 .
${packages.map(({ name, version, licence }) => ` ${name} ${version} (${licence})`).join('\n')}
`;
}

const LINE_LENGTH = 78;

function wrapped(text: string): readonly string[] {
  const lines: string[] = [];
  for (const word of text.split(' ')) {
    const last = lines.at(-1);
    if (last !== undefined && last.length + 1 + word.length <= LINE_LENGTH)
      lines.splice(-1, 1, `${last} ${word}`);
    else lines.push(word);
  }
  return lines;
}
