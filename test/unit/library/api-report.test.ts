import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { scratchFolder } from '#test/support/scratch-folder.ts';
import { apiReport } from '#tools/api/api-report.ts';
import { declaredExports } from '#tools/api/declared-exports.ts';

const ROOT = join(import.meta.dirname, '../../..');

test("the library's exports agree with library/api-report.txt; npm run api:report writes it", () => {
  expect(apiReport(ROOT)).toBe(readFileSync(join(ROOT, 'library/api-report.txt'), 'utf8'));
});

describe('exports of a declaration file', () => {
  const folder = scratchFolderOf({
    'entry.d.ts': [
      "import { inner } from './inner.ts';",
      "export { type Shape, inner as outer } from './inner.ts';",
      '/** Comments are left out. */',
      'export declare const count: number;',
      'export { inner };',
    ],
    'inner.d.ts': [
      // Two lines, so that the test of import directions does not take it for an import of this file.
      'export { inner } from',
      "  '#deep/deep.ts';",
      'export interface Shape {',
      '    /** [m] */',
      '    readonly width: number;',
      '}',
    ],
    'deep/deep.d.ts': ['export declare function inner(of: number): string;'],
  });

  test('are found through files that re-export them, under their exported names', () => {
    expect(declaredExports(folder(), 'entry.d.ts')).toEqual([
      { name: 'Shape', text: 'export interface Shape {\n    readonly width: number;\n}' },
      { name: 'count', text: 'export declare const count: number;' },
      { name: 'inner', text: 'export declare function inner(of: number): string;' },
      { name: 'outer', text: 'export declare function inner(of: number): string;' },
    ]);
  });

  function scratchFolderOf(files: Readonly<Record<string, readonly string[]>>): () => string {
    return () => {
      const path = scratchFolder();
      mkdirSync(join(path, 'deep'));
      for (const [name, lines] of Object.entries(files)) writeFileSync(join(path, name), lines.join('\n'));
      return path;
    };
  }
});
