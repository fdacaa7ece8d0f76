import { execFileSync } from 'node:child_process';
import { join } from 'node:path';
import { expect, test } from 'vitest';

test('docs/reproduction.md and its figures agree with their tables', () => {
  const script = join(import.meta.dirname, '../../../bench/reproduction/reproduction.ts');
  const output = execFileSync(process.execPath, [script, '--check'], { encoding: 'utf8' });
  expect(output).toContain('up to date');
});
