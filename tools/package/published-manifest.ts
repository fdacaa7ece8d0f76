import { BUNDLED_NAMES } from './bundled-packages.ts';
import { isRecord, type JsonObject } from './json-object.ts';

/** Fields of the repository's manifest that the published one has too. */
const SHARED_FIELDS = ['name', 'version', 'description', 'license', 'type', 'sideEffects', 'engines', 'bin'];

/**
 * Packages that built files import in a checkout only: TensorFlow's native library, which brings a second
 * TensorFlow.js of 289 MB along, and the bundler of the report's script, which the package holds bundled.
 */
const CHECKOUT_ONLY: readonly string[] = ['@tensorflow/tfjs-node', 'esbuild'];

/**
 * The published `package.json`, made of the repository's. `imports` maps the sources' names of files
 * (`#shared/errors.ts`) to JavaScript, so that no specifier has to be rewritten.
 *
 * @param imported Packages that the built files import.
 * @param needs Versions of the packages that bundled ones import.
 * @throws Error for a package that is imported and no dependency
 */
export function publishedManifest(
  repository: JsonObject,
  imported: ReadonlySet<string>,
  needs: Readonly<Record<string, string>>,
): JsonObject {
  const { dependencies, optionalDependencies, exports } = repository;
  const versions = isRecord(dependencies) ? dependencies : {};
  const optional = Object.entries(isRecord(optionalDependencies) ? optionalDependencies : {});
  const others = [...CHECKOUT_ONLY, ...optional.map(([name]) => name), repository.name];
  const names = [...imported].filter((name) => !others.includes(name));
  const unknown = names.filter((name) => !Object.hasOwn(versions, name));
  if (unknown.length > 0) {
    throw new Error(`package.json: built files import ${unknown.join(', ')}: not in dependencies.`);
  }
  return {
    ...Object.fromEntries(
      SHARED_FIELDS.flatMap((field) => (field in repository ? [[field, repository[field]]] : [])),
    ),
    imports: { '#*.ts': './*.js', '#*': './*' },
    exports: publishedExports(isRecord(exports) ? exports : {}),
    dependencies: sorted({ ...needs, ...Object.fromEntries(names.map((name) => [name, versions[name]])) }),
    optionalDependencies: Object.fromEntries(optional.filter(([name]) => !CHECKOUT_ONLY.includes(name))),
    bundleDependencies: BUNDLED_NAMES.filter((name) => names.includes(name)),
  };
}

function sorted(versions: JsonObject): JsonObject {
  return Object.fromEntries(Object.entries(versions).toSorted(([a], [b]) => (a < b ? -1 : 1)));
}

/** Entry points in JavaScript, with their declarations. */
function publishedExports(exports: JsonObject): JsonObject {
  return Object.fromEntries(
    Object.entries(exports).map(([name, target]) => {
      const source = String(target);
      if (!source.endsWith('.ts')) return [name, source];
      const base = source.slice(0, -'.ts'.length);
      return [name, { types: `${base}.d.ts`, default: `${base}.js` }];
    }),
  );
}
