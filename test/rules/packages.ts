import { reached } from './doors.ts';
import { place, type Source } from './source-tree.ts';

/** The parts of package.json that the rules look at. */
export type Manifest = {
  readonly dependencies: Readonly<Record<string, string>>;
  readonly optionalDependencies: Readonly<Record<string, string>>;
  readonly devDependencies: Readonly<Record<string, string>>;
};

/** What ships needs no development package, and needs every runtime package. */
export function shippedPackages(sources: readonly Source[], manifest: Manifest): readonly string[] {
  const shipped = reached(sources, ['agent/main.ts']);
  const used = new Set<string>();
  const wrong = sources
    .filter(({ path }) => shipped.has(path))
    .flatMap((source) =>
      source.imports.flatMap(({ target, line }) => {
        if (target.kind !== 'package') return [];
        used.add(target.name);
        return Object.hasOwn(manifest.dependencies, target.name)
          ? []
          : [`${place(source, line)} ships and imports ${target.name}, which is not in dependencies`];
      }),
    );
  const idle = Object.keys(manifest.dependencies).filter((name) => !used.has(name));
  return [...wrong, ...idle.map((name) => `${name} is in dependencies and nothing that ships imports it`)];
}

/** What is imported is declared: a package that another one happens to bring along may be gone tomorrow. */
export function undeclaredPackages(sources: readonly Source[], manifest: Manifest): readonly string[] {
  const declared = { ...manifest.dependencies, ...manifest.devDependencies };
  return sources.flatMap((source) =>
    source.imports.flatMap(({ target, line }) =>
      target.kind !== 'package' || Object.hasOwn(declared, target.name)
        ? []
        : [`${place(source, line)} imports ${target.name}, which package.json does not name`],
    ),
  );
}

/** Every version is exact, and the runtime is the same on every processor. */
export function looseVersions(manifest: Manifest): readonly string[] {
  const all = { ...manifest.dependencies, ...manifest.optionalDependencies, ...manifest.devDependencies };
  const loose = Object.entries(all)
    .filter(([, version]) => !/^\d+\.\d+\.\d+$/.test(version))
    .map(([name, version]) => `${name} is ${version}, which is not one exact version`);
  const runtimes = new Set(
    Object.entries(manifest.optionalDependencies)
      .filter(([name]) => name.startsWith('node-linux-'))
      .map(([, version]) => version),
  );
  return runtimes.size === 1 ? loose : [...loose, `the runtime has ${runtimes.size} versions, not one`];
}
