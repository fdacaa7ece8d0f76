import { readFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { describe, expect, it } from 'vitest';
import { quickstartVocabulary, tokenizerFiles } from '#quickstart/pretraining/tokenizer-files.ts';
import { REVIEWS, reviewFiles } from '#quickstart/synthetic/review-rows.ts';
import { openDataset } from '#shared/data/dataset.ts';
import { findTask } from '#shared/data/task-registry.ts';
import { loadTextTokenizer } from '#shared/data/text/tokenizer.ts';
import { collect } from '#test/support/collect.ts';

const quickstart = resolve(import.meta.dirname, '../../../quickstart');
const committed = (path: string) => readFileSync(join(quickstart, path), 'utf8');

async function examples() {
  const dataset = await openDataset(findTask('sst2'), join(quickstart, 'data'));
  if (dataset.kind !== 'text') throw new Error('the quick start is a text task');
  return { train: await collect(dataset.examples('train')), test: await collect(dataset.examples('test')) };
}

describe("the quick start's data set", () => {
  it('agrees with the result of its script, byte for byte', () => {
    for (const [name, text] of Object.entries(reviewFiles(REVIEWS))) {
      expect(text === committed(join('data', name)), name).toBe(true);
    }
  });

  it('is another one with another seed', () => {
    expect(reviewFiles({ ...REVIEWS, seed: 2 })).not.toEqual(reviewFiles(REVIEWS));
  });

  it('has about as many positive as negative rows', async () => {
    for (const rows of Object.values(await examples())) {
      const positive = rows.filter(({ label }) => label === 1).length / rows.length;
      expect(Math.abs(positive - 0.5)).toBeLessThan(0.06);
    }
  });

  it('is tested on words that training rows do not have', async () => {
    const { train, test } = await examples();
    const wordsOf = (rows: readonly { text: string }[]) =>
      new Set(rows.flatMap(({ text }) => text.split(' ')));
    const known = wordsOf(train);
    const unseen = [...wordsOf(test)].filter((word) => !known.has(word));
    expect(unseen.length).toBeGreaterThan(5);
  });
});

describe("the quick start's tokenizer", () => {
  it('agrees with the result of its script, byte for byte', () => {
    for (const [name, text] of Object.entries(tokenizerFiles())) {
      expect(text === committed(join('model', name)), name).toBe(true);
    }
  });

  it('knows every word of the data set as one token, and other words by their letters', async () => {
    const tokenizer = await loadTextTokenizer(join(quickstart, 'model'));
    const { train, test } = await examples();
    for (const { text } of [...train, ...test]) {
      expect(tokenizer.encode(text, undefined, 99).tokenIds).toHaveLength(text.split(' ').length + 2);
    }
    const unknown = quickstartVocabulary().indexOf('[UNK]');
    const letters = tokenizer.encode('Xylophone 42', undefined, 32).tokenIds;
    expect(letters).toHaveLength(9 + 2 + 2);
    expect(letters).not.toContain(unknown);
  });

  it('leaves no row longer than the model takes', async () => {
    const { train, test } = await examples();
    const longest = Math.max(...[...train, ...test].map(({ text }) => text.split(' ').length + 2));
    expect(longest).toBeLessThanOrEqual(32);
  });
});
