import { type Check, fail, ok } from './check.ts';

export type Runtime = {
  /** `24.21.0` */
  readonly node: string;
  readonly architecture: string;
  readonly form: 'bundle' | 'checkout';
  readonly version: string;
};

/** Only a checkout runs the sources as they are written: the bundle is one JavaScript file. */
export function runtimeOf(version: string): Runtime {
  return {
    node: process.versions.node,
    architecture: process.arch,
    form: import.meta.url.endsWith('.ts') ? 'checkout' : 'bundle',
    version,
  };
}

/** What the lock file pins works; the first that has all that is needed. */
const OLDEST_NODE = [24, 12] as const;

/** Native parts are delivered for these. */
const ARCHITECTURES: readonly string[] = ['x64', 'arm64', 'arm'];

export function runtimeCheck({ node, architecture, form, version }: Runtime): Check {
  return {
    name: 'runtime',
    run: async () => {
      const what = `replenish-agent ${version} (${form}) on Node ${node}, ${architecture}`;
      const [major = 0, minor = 0] = node.split('.').map(Number);
      if (major < OLDEST_NODE[0] || (major === OLDEST_NODE[0] && minor < OLDEST_NODE[1]))
        return fail(`${what}: Node ${OLDEST_NODE.join('.')} or newer is needed.`, 'npm ci');
      if (!ARCHITECTURES.includes(architecture))
        return fail(`${what}: there are no native parts for this processor.`, 'uname -m');
      return ok(`${what}.`);
    },
  };
}
