import { isBuiltin } from 'node:module';

/**
 * Names of the packages that the texts of JavaScript files import or require by a literal specifier. Names of
 * the package's own files (`./`, `#`) and of Node's modules are left out.
 */
export function importedPackages(texts: readonly string[]): ReadonlySet<string> {
  const names = texts.flatMap((text) =>
    [...text.matchAll(/(?:\bfrom|\bimport|\brequire)\s*\(?\s*['"]([^'"\n]+)['"]/g)]
      .map(([, specifier]) => specifier)
      .filter((specifier) => /^(@[\w.-]+\/)?[\w.-]+(\/|$)/.test(specifier) && !isBuiltin(specifier))
      .map((specifier) => specifier.split('/', specifier.startsWith('@') ? 2 : 1).join('/')),
  );
  return new Set(names.filter((name) => !name.startsWith('.')));
}
