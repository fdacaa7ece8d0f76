import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { type Figure, parsePartResult, reaches } from '#bench/performance/figures.ts';
import { performancePage } from '#bench/performance/page.ts';
import { PARTS } from '#bench/performance/parts/registry.ts';

const DOCS = join(import.meta.dirname, '../../../docs');

const figure = (changes: Partial<Figure>): Figure => ({ task: 'a task', value: 2, unit: 's', ...changes });

describe('the page of performance', () => {
  it('agrees with the committed results', () => {
    const parts = PARTS.map((part) => {
      const path = join(DOCS, 'performance', `${part.name}.json`);
      const result = existsSync(path) ? parsePartResult(readFileSync(path, 'utf8')) : undefined;
      return { part, result };
    });
    expect(readFileSync(join(DOCS, 'performance.md'), 'utf8')).toBe(performancePage(parts));
  });

  it('compares the ratio with the target where there is one, else the value', () => {
    const atMost = { bound: 'at most', value: 1.4 } as const;
    expect(reaches(figure({ target: atMost }))).toBe(false);
    expect(reaches(figure({ target: atMost, ratio: 1.4 }))).toBe(true);
    expect(reaches(figure({ target: { bound: 'at least', value: 2 } }))).toBe(true);
    expect(reaches(figure({}))).toBeUndefined();
  });
});
