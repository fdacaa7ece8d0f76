import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { sourceFiles } from '#test/support/repository/source-files.ts';

const ROOT = join(import.meta.dirname, '../../..');
const COLUMNS = 110;

/** Lines of a file that are a comment and no code, wider than {@link COLUMNS}. */
function wideComments(file: string): readonly string[] {
  return readFileSync(join(ROOT, file), 'utf8')
    .split('\n')
    .flatMap((line, index) =>
      /^\s*(\/\/|\/\*| \*)/.test(line) && line.length > COLUMNS ? [`${file}:${index + 1}`] : [],
    );
}

test(`comments fit ${COLUMNS} columns, as code does`, () => {
  expect(sourceFiles(ROOT).flatMap(wideComments)).toEqual([]);
});
