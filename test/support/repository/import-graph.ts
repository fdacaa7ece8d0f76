import { posix } from 'node:path';

/** One import statement of a source file. Paths are relative to the repository's root, with `/`. */
export interface Import {
  readonly file: string;
  /** The specifier as it is written. */
  readonly specifier: string;
  /** The imported file; absent for packages. */
  readonly target?: string;
}

/**
 * Every import, export-from and dynamic import with a literal specifier in a file's text.
 *
 * `#path` names a file from the repository's root (`imports` in package.json), `./path` one from the file's
 * folder.
 */
export function importsOf(file: string, text: string): readonly Import[] {
  return [...text.matchAll(/(?:\bfrom|\bimport)\s*\(?\s*'([^']+)'/g)].map(([, specifier]) => {
    if (specifier.startsWith('#')) return { file, specifier, target: posix.normalize(specifier.slice(1)) };
    if (specifier.startsWith('.')) {
      return { file, specifier, target: posix.join(posix.dirname(file), specifier) };
    }
    return { file, specifier };
  });
}

/** Rooms (folders or single files) that each room may import from, in addition to itself. */
export type RoomTable = Readonly<Record<string, readonly string[]>>;

function isWithin(path: string, room: string): boolean {
  return path === room || path.startsWith(`${room}/`);
}

/** The most specific room of the table that holds a path. */
export function roomOf(table: RoomTable, path: string): string | undefined {
  return Object.keys(table)
    .filter((room) => isWithin(path, room))
    .sort((a, b) => b.length - a.length)[0];
}

/**
 * Whether a permission to import from a room covers a path. For an importer inside the permitted room, it
 * covers only files that belong to no other room. For other importers it covers the whole room.
 */
function covers(table: RoomTable, from: string, permitted: string, path: string): boolean {
  return isWithin(path, permitted) && (!isWithin(from, permitted) || roomOf(table, path) === permitted);
}

/**
 * Imports whose target the room of the importing file may not use. A room inside another one does not inherit
 * its permissions.
 */
export function forbiddenImports(table: RoomTable, imports: readonly Import[]): readonly Import[] {
  return imports.filter(({ file, target }) => {
    if (target === undefined) return false;
    const from = roomOf(table, file);
    const to = roomOf(table, target);
    if (from === undefined || to === undefined) return true;
    return from !== to && !table[from].some((room) => covers(table, from, room, target));
  });
}

/** Rooms that are part of a cycle of permitted imports. */
export function roomsInRings(table: RoomTable): readonly string[] {
  const rooms = Object.keys(table);
  const next = (from: string): readonly string[] =>
    rooms.filter(
      (room) => room !== from && table[from].some((permitted) => covers(table, from, permitted, room)),
    );
  return rooms.filter((room) => reachable(room, next).has(room));
}

/** Import cycles between files, including type-only imports; each is the sorted list of its files. */
export function fileCircles(imports: readonly Import[]): readonly (readonly string[])[] {
  const targets = new Map<string, string[]>();
  for (const { file, target } of imports) {
    if (target !== undefined) targets.set(file, [...(targets.get(file) ?? []), target]);
  }
  const next = (file: string): readonly string[] => targets.get(file) ?? [];
  const reaches = new Map([...targets.keys()].map((file) => [file, reachable(file, next)]));
  const circles = new Map<string, readonly string[]>();
  for (const [file, reached] of reaches) {
    if (!reached.has(file)) continue;
    const circle = [...reached].filter((other) => reaches.get(other)?.has(file)).sort();
    circles.set(circle.join(), circle);
  }
  return [...circles.values()];
}

/** All nodes reachable from `start`; `start` itself only if it is on a cycle. */
function reachable(start: string, next: (node: string) => readonly string[]): ReadonlySet<string> {
  const seen = new Set<string>();
  const pending = [...next(start)];
  for (let node = pending.pop(); node !== undefined; node = pending.pop()) {
    if (seen.has(node)) continue;
    seen.add(node);
    pending.push(...next(node));
  }
  return seen;
}
