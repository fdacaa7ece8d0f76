import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import * as z from 'zod';
import { loadTextTokenizer } from '#shared/data/text/tokenizer.ts';
import { scratchFolder } from '#test/support/scratch-folder.ts';

const idsSchema = z.array(z.array(z.int()));

/** Made by tokens/unigram-tokens.py with transformers and sentencepiece. */
const golden = z
  .object({
    definition: z.looseObject({}),
    texts: z.array(z.string()),
    cases: z.array(z.object({ config: z.looseObject({}).nullable(), ids: idsSchema, pair_ids: idsSchema })),
  })
  .parse(JSON.parse(readFileSync(join(import.meta.dirname, 'tokens/unigram-tokens.json'), 'utf8')));

describe('Unigram tokens are those of transformers', () => {
  it.each(golden.cases)('of texts and pairs, beside $config', async ({ config, ids, pair_ids }) => {
    const folder = scratchFolder({
      'tokenizer.json': JSON.stringify(golden.definition),
      ...(config === null ? {} : { 'tokenizer_config.json': JSON.stringify(config) }),
    });
    const tokenizer = await loadTextTokenizer(folder);
    const { texts } = golden;
    const encoded = (text: string, pair?: string) => [...tokenizer.encode(text, pair, 10_000).tokenIds];
    expect(texts.map((text) => encoded(text))).toEqual(ids);
    expect(texts.map((text, index) => encoded(text, texts[texts.length - 1 - index]))).toEqual(pair_ids);
  });
});
