import { cpSync, globSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { importedPackages } from './imported-packages.ts';
import { isRecord, type JsonObject, jsonObjectOf } from './json-object.ts';

/** A dependency inside the package, without the files that are never run. */
interface BundledPackage {
  readonly name: string;
  /** Files to keep beside `package.json` and licences, as globs. */
  readonly files: (manifest: JsonObject, systems: readonly string[]) => readonly string[];
}

/** Bundled packages, with the packages that they need. */
interface BundledPackages {
  readonly copies: readonly BundledCopy[];
  /**
   * Versions of the other packages that the bundled ones import. They have to be dependencies of the package
   * itself: npm installs none for bundled packages.
   */
  readonly needs: Readonly<Record<string, string>>;
}

/** A bundled package as `provenance.json` records it. */
export interface BundledCopy {
  readonly name: string;
  readonly version: string;
  readonly license: string;
  /** Hash of the registry's tarball that the files are from, as in package-lock.json. */
  readonly integrity: string;
}

const mainFile = (manifest: JsonObject): string => String(manifest.main);

const tensorFlow = (part: string, ...files: readonly string[]): BundledPackage => ({
  name: `@tensorflow/${part}`,
  files: (manifest) => [mainFile(manifest), ...files],
});

/**
 * ONNX Runtime is bundled because its install script downloads and fails without its host, and because its
 * npm package holds the libraries of five systems (288 MB). TensorFlow.js is bundled because its packages
 * hold each program ten times, for other module systems and browsers: 289 MB, of which Node loads 9.
 */
const BUNDLED: readonly BundledPackage[] = [
  {
    name: 'onnxruntime-node',
    files: (_, systems) => [
      'dist/*.js',
      'dist/*.d.ts',
      // Fetches the CUDA provider, when a user calls it.
      'script/install*.js',
      ...systems.map((system) => `bin/*/${system.replace('-', '/')}/*`),
    ],
  },
  tensorFlow('tfjs'),
  tensorFlow('tfjs-core'),
  tensorFlow('tfjs-backend-cpu'),
  tensorFlow('tfjs-backend-wasm', 'dist/*.wasm'),
  tensorFlow('tfjs-backend-webgl'),
  tensorFlow('tfjs-converter'),
  tensorFlow('tfjs-data'),
  tensorFlow('tfjs-layers'),
];

export const BUNDLED_NAMES: readonly string[] = BUNDLED.map(({ name }) => name);

/** Fields of a bundled manifest that stay. Install scripts and development dependencies do not. */
const KEPT_FIELDS = ['name', 'version', 'description', 'license', 'repository', 'author', 'main'];

/**
 * Copies the bundled packages from the repository's `node_modules` to the package's.
 *
 * @param systems Systems whose native libraries are included, as `linux-x64`.
 * @throws Error when a glob matches nothing, such as a system that ONNX Runtime does not support
 */
export function copyBundledPackages(
  root: string,
  target: string,
  systems: readonly string[],
): BundledPackages {
  const { packages } = jsonObjectOf(join(root, 'package-lock.json'));
  const locked = (name: string): JsonObject | undefined => {
    const entry = isRecord(packages) ? packages[`node_modules/${name}`] : undefined;
    return isRecord(entry) ? entry : undefined;
  };
  const versionOf = (name: string): string => String(locked(name)?.version);
  const imported = new Set<string>();
  const copies = BUNDLED.map(({ name, files }) => {
    const from = join(root, 'node_modules', name);
    const to = join(target, 'node_modules', name);
    const manifest = jsonObjectOf(join(from, 'package.json'));
    const kept = [
      ...matches(from, files(manifest, systems)),
      ...globSync('{LICENSE,NOTICE}*', { cwd: from }),
    ];
    for (const file of kept) {
      mkdirSync(dirname(join(to, file)), { recursive: true });
      cpSync(join(from, file), join(to, file));
    }
    const scripts = kept.filter((file) => file.endsWith('.js'));
    // The imports of the files, not the manifest's list: tfjs imports `long` and does not declare it.
    const needed = [...importedPackages(scripts.map((file) => readFileSync(join(to, file), 'utf8')))].filter(
      (dependency) => locked(dependency) !== undefined,
    );
    for (const dependency of needed) imported.add(dependency);
    const written = { ...keptFields(manifest), dependencies: versions(needed, versionOf) };
    writeFileSync(join(to, 'package.json'), `${JSON.stringify(written, undefined, 2)}\n`);
    const { license } = manifest;
    const integrity = String(locked(name)?.integrity);
    return { name, version: versionOf(name), license: String(license), integrity };
  });
  const others = [...imported].filter((name) => !BUNDLED_NAMES.includes(name));
  return { copies, needs: versions(others, versionOf) };
}

function versions(
  names: readonly string[],
  versionOf: (name: string) => string,
): Readonly<Record<string, string>> {
  return Object.fromEntries(names.map((name) => [name, versionOf(name)]));
}

function matches(folder: string, patterns: readonly string[]): readonly string[] {
  return patterns.flatMap((pattern) => {
    const files = globSync(pattern, { cwd: folder });
    if (files.length === 0) throw new Error(`${folder}: no file matches ${pattern}.`);
    return files;
  });
}

function keptFields(manifest: JsonObject): JsonObject {
  return Object.fromEntries(
    KEPT_FIELDS.flatMap((field) => (field in manifest ? [[field, manifest[field]]] : [])),
  );
}
