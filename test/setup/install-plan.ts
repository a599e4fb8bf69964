/** What is known of the machine before the tests run. */
export type Machine = {
  /** Debian packages whose programs or files are not there. */
  readonly missing: readonly string[];
  readonly hasAptGet: boolean;
  readonly isRoot: boolean;
  /** Whether sudo works without asking for a password. */
  readonly hasSudo: boolean;
};

export type InstallPlan =
  | { readonly kind: 'nothing' }
  /** Run this; it needs no answer from anybody. */
  | { readonly kind: 'run'; readonly command: readonly [program: string, ...words: string[]] }
  /** Only a person can do it: the sentence says what to type. */
  | { readonly kind: 'ask'; readonly sentence: string };

/** What the tests need that npm does not have, and by what a machine shows that it has it. */
export const NEEDED: readonly Need[] = [
  { packages: ['mosquitto'], programs: ['mosquitto'], file: null },
  // The other brokers that the agent is tried with: 11 MB, and with Erlang 53 MB.
  { packages: ['nats-server'], programs: ['nats-server'], file: null },
  { packages: ['rabbitmq-server'], programs: ['rabbitmq-server'], file: null },
  // A small compiler, and the kernel's header files: the bytes for GPIO are held to them.
  { packages: ['tcc'], programs: ['tcc', 'gcc', 'cc'], file: null },
  { packages: ['libc6-dev'], programs: [], file: '/usr/include/linux/gpio.h' },
  // What builds the programs of the simulated Arduino; without recommended packages some 22 MB.
  { packages: ['gcc-avr'], programs: ['avr-gcc'], file: null },
  { packages: ['avr-libc'], programs: [], file: '/usr/lib/avr/include/avr/io.h' },
  // Judges the unit. The package brings programs and starts nothing: what would make it the init is systemd-sysv.
  { packages: ['systemd'], programs: ['systemd-analyze'], file: null },
  // Opens the dashboard in tests; with a font that it shows text in, 100 MB to download, 400 MB on the disk.
  { packages: ['chromium'], programs: ['chromium'], file: null },
  {
    packages: ['fonts-dejavu-core'],
    programs: [],
    file: '/usr/share/fonts/truetype/dejavu/DejaVuSans.ttf',
  },
  // What the package is installed into: a small Debian, with the keys that vouch for it; and who is not root makes it
  // and goes into it by a range of user ids of his own.
  { packages: ['mmdebstrap'], programs: ['mmdebstrap'], file: null },
  {
    packages: ['debian-archive-keyring'],
    programs: [],
    file: '/usr/share/keyrings/debian-archive-keyring.gpg',
  },
  { packages: ['uidmap'], programs: ['newuidmap'], file: null },
  // Runs the package for arm64.
  { packages: ['qemu-user-static'], programs: ['qemu-aarch64-static'], file: null },
  // On every Debian system.
  { packages: ['dpkg'], programs: ['dpkg-deb'], file: null },
  { packages: ['perl-base'], programs: ['perl'], file: null },
];

export type Need = {
  readonly packages: readonly string[];
  /** Any one of them is enough; none where `file` tells. */
  readonly programs: readonly string[];
  readonly file: string | null;
};

/** PURE. Debian packages for what is not there. */
export function missingPackages(
  hasProgram: (name: string) => boolean,
  hasFile: (path: string) => boolean,
): readonly string[] {
  return NEEDED.filter(
    ({ programs, file }) => !programs.some(hasProgram) && (file === null || !hasFile(file)),
  ).flatMap(({ packages }) => packages);
}

/** Packages that bring a service of the same name. */
const SERVICES: readonly string[] = ['mosquitto', 'nats-server', 'rabbitmq-server'];

/**
 * Installs brokers without starting them: Debian's packages start services on well-known ports, and a test needs none.
 * A policy-rc.d that says no (101) for this moment is Debian's own way to prevent that (invoke-rc.d(8)); one that is
 * there already, as in containers, stays as it is. Nor shall the services come up at the next boot.
 */
const install = (packages: string, services: string): string => `
set -e
policy=/usr/sbin/policy-rc.d
if [ ! -e "$policy" ]; then
  trap 'rm -f "$policy"' EXIT
  trap 'exit 130' INT TERM HUP
  printf '#!/bin/sh\\nexit 101\\n' > "$policy"
  chmod 755 "$policy"
fi
export DEBIAN_FRONTEND=noninteractive
apt-get -o DPkg::Lock::Timeout=120 -o Acquire::Retries=3 update
apt-get -o DPkg::Lock::Timeout=120 -o Acquire::Retries=3 install -y --no-install-recommends ${packages}
if [ -n "${services}" ] && command -v systemctl > /dev/null; then systemctl --quiet disable ${services} || true; fi
`;

/** PURE. How what the tests need gets onto this machine. */
export function planInstall({ missing, hasAptGet, isRoot, hasSudo }: Machine): InstallPlan {
  if (missing.length === 0) return { kind: 'nothing' };
  const packages = missing.join(' ');
  const services = missing.filter((name) => SERVICES.includes(name)).join(' ');
  if (!hasAptGet) {
    return {
      kind: 'ask',
      sentence: `The tests need what Debian calls ${packages}, and there is no apt-get to install it with: install it with the package manager of this system, then run npm test again.`,
    };
  }
  if (isRoot) return { kind: 'run', command: ['sh', '-c', install(packages, services)] };
  if (hasSudo) return { kind: 'run', command: ['sudo', '-n', 'sh', '-c', install(packages, services)] };
  const noService = services === '' ? '' : ` && sudo systemctl disable --now ${services}`;
  return {
    kind: 'ask',
    sentence: `The tests need ${packages} from the Debian archive. Type: sudo apt-get update && sudo apt-get install -y --no-install-recommends ${packages}${noService}; then run npm test again.`,
  };
}

/**
 * PURE. Why the runtime is not the one that the project is pinned to, and what to do; null when it is.
 *
 * @param lock text of package-lock.json.
 */
export function wrongRuntime(running: string, platform: string, lock: string): string | null {
  const packages = Reflect.get(Object(JSON.parse(lock)), 'packages');
  const pinned = Reflect.get(
    Object(Reflect.get(Object(packages), `node_modules/node-${platform}`)),
    'version',
  );
  if (typeof pinned !== 'string') {
    return `The lock file names no Node for ${platform}: the tests run on 64-bit Linux, on x64 and arm64.`;
  }
  if (running === `v${pinned}`) return null;
  return `This is Node ${running}, and the project is pinned to ${pinned}: type npm ci (without --omit=optional), then npm test, which finds the pinned one by itself.`;
}
