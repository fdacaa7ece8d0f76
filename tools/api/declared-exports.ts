import { readFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { type Directive, type ParseResult, parseSync, type Statement } from 'oxc-parser';

/** An exported name of a module, with the text of its declaration. */
export interface DeclaredExport {
  readonly name: string;
  /** The declaration without comments. */
  readonly text: string;
}

interface Declarations {
  readonly source: string;
  readonly result: ParseResult;
}

/**
 * Everything that a declaration file exports, by name. Re-exports are followed to the declaration.
 *
 * @param folder Folder of all declaration files, which `#path` names in specifiers begin from.
 * @param file Path in the folder, as `library/run.d.ts`.
 * @throws Error for a form of export that no file of the library has, such as `export *`
 */
export function declaredExports(folder: string, file: string): readonly DeclaredExport[] {
  const { result, source } = parsed(folder, file);
  return result.program.body
    .flatMap((statement): readonly DeclaredExport[] => {
      if (statement.type === 'ExportAllDeclaration' || statement.type === 'ExportDefaultDeclaration') {
        throw new Error(`${file}: ${statement.type} is not supported.`);
      }
      if (statement.type !== 'ExportNamedDeclaration') return [];
      const { declaration, source: from, specifiers } = statement;
      if (declaration !== null) {
        const text = withoutComments(source, result, statement);
        return namesOf(declaration).map((name) => ({ name, text }));
      }
      return specifiers.map(({ local, exported }) => ({
        name: nameOf(exported),
        text: declarationOf(folder, file, nameOf(local), from?.value),
      }));
    })
    .toSorted((a, b) => (a.name < b.name ? -1 : 1));
}

/** The declaration of a name that a file exports from another file, imports, or declares itself. */
function declarationOf(folder: string, file: string, local: string, from: string | undefined): string {
  if (from !== undefined) return exportedFrom(folder, fileOf(file, from), local);
  const { result, source } = parsed(folder, file);
  for (const statement of result.program.body) {
    if (statement.type === 'ImportDeclaration') {
      const imported = statement.specifiers.find((one) => one.local.name === local);
      if (imported?.type === 'ImportSpecifier') {
        return exportedFrom(folder, fileOf(file, statement.source.value), nameOf(imported.imported));
      }
    } else if (namesOf(statement).includes(local)) {
      return withoutComments(source, result, statement);
    }
  }
  throw new Error(`${file}: ${local} is not declared.`);
}

function exportedFrom(folder: string, file: string, name: string): string {
  const found = declaredExports(folder, file).find((one) => one.name === name);
  if (found === undefined) throw new Error(`${file}: exports no ${name}.`);
  return found.text;
}

function parsed(folder: string, file: string): Declarations {
  const source = readFileSync(join(folder, file), 'utf8');
  return { source, result: parseSync(file, source) };
}

function fileOf(importer: string, specifier: string): string {
  const path = specifier.startsWith('#') ? specifier.slice(1) : join(dirname(importer), specifier);
  return path.replace(/\.ts$/, '.d.ts');
}

/** Names that a statement declares. */
function namesOf(statement: Statement | Directive): readonly string[] {
  switch (statement.type) {
    case 'VariableDeclaration':
      return statement.declarations.flatMap(({ id }) => (id.type === 'Identifier' ? [id.name] : []));
    case 'TSDeclareFunction':
    case 'FunctionDeclaration':
    case 'ClassDeclaration':
    case 'TSInterfaceDeclaration':
    case 'TSTypeAliasDeclaration':
      return statement.id === null ? [] : [statement.id.name];
    default:
      return [];
  }
}

function nameOf(identifier: { readonly name: string } | { readonly value: unknown }): string {
  return 'name' in identifier ? identifier.name : String(identifier.value);
}

function withoutComments(
  source: string,
  { comments }: ParseResult,
  { start, end }: { readonly start: number; readonly end: number },
): string {
  const kept: string[] = [];
  let from = start;
  for (const comment of comments.filter((one) => one.start >= start && one.end <= end)) {
    kept.push(source.slice(from, comment.start));
    from = comment.end;
  }
  kept.push(source.slice(from, end));
  return kept
    .join('')
    .split('\n')
    .map((line) => line.trimEnd())
    .filter((line) => line !== '')
    .join('\n');
}
