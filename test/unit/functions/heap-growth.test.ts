import { spawnSync } from 'node:child_process';
import { describe, expect, it } from 'vitest';

/** Growths of the heap that V8 reports at the collections of a process. */
function growths(script: string): readonly string[] {
  const flags = ['--expose-gc', '--trace-gc-verbose', '--input-type=module'];
  const { stdout, stderr, status } = spawnSync(process.execPath, [...flags, '-e', script], {
    encoding: 'utf8',
  });
  expect({ stderr, status }).toEqual({ stderr: '', status: 0 });
  return Array.from(stdout.matchAll(/\[HeapController\] factor (\S+)/g), ([, factor]) => factor);
}

describe('the growth of the heap beside an encoder', () => {
  it('is a fixed one, which V8 keeps to', () => {
    const path = new URL('../../../functions/encoder/heap-growth.ts', import.meta.url);
    const found = growths(`(await import('${path}')).collectLessOften(); gc(); gc();`);
    expect(found.length).toBeGreaterThanOrEqual(2);
    expect(new Set(found)).toEqual(new Set(['3.0']));
  });
});
