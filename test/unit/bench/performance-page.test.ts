import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { type Figure, reaches } from '#bench/performance/figures.ts';
import { performancePage } from '#bench/performance/page.ts';
import { PARTS } from '#bench/performance/parts/registry.ts';
import { readResults, resultPath } from '#bench/performance/stored-results.ts';

const DOCS = join(import.meta.dirname, '../../../docs');

const figure = (changes: Partial<Figure>): Figure => ({ task: 'a task', value: 2, unit: 's', ...changes });

describe('the page of performance', () => {
  it('agrees with the committed results', () => {
    const parts = PARTS.map((part) => ({ part, results: readResults(join(DOCS, 'performance'), part.name) }));
    expect(readFileSync(join(DOCS, 'performance.md'), 'utf8')).toBe(performancePage(parts));
  });

  it('keeps each result in the folder of its machine', () => {
    const folder = join(DOCS, 'performance');
    const stored = PARTS.flatMap((part) => readResults(folder, part.name));
    const paths = stored.map((result) => resultPath(folder, result));
    const files = readdirSync(folder, { recursive: true, encoding: 'utf8' })
      .filter((name) => name.endsWith('.json'))
      .map((name) => join(folder, name));
    expect(paths.sort()).toEqual(files.sort());
  });

  it('compares the ratio with the target where there is one, else the value', () => {
    const atMost = { bound: 'at most', value: 1.4 } as const;
    expect(reaches(figure({ target: atMost }))).toBe(false);
    expect(reaches(figure({ target: atMost, ratio: 1.4 }))).toBe(true);
    expect(reaches(figure({ target: { bound: 'at least', value: 2 } }))).toBe(true);
    expect(reaches(figure({}))).toBeUndefined();
  });
});
