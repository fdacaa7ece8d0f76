import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import * as z from 'zod';
import { loadTextTokenizer } from '#shared/data/text/tokenizer.ts';
import { scratchFolder } from '#test/support/scratch-folder.ts';
import { rejectedLine } from '#test/support/thrown.ts';

/** Made by tokens/bert-tokens.py with transformers. */
const golden = z
  .object({
    definition: z.looseObject({}),
    texts: z.array(z.string()),
    cases: z.array(
      z.object({
        normalizer: z.looseObject({}),
        config: z.looseObject({}).nullable(),
        ids: z.array(z.array(z.int())),
      }),
    ),
  })
  .parse(JSON.parse(readFileSync(join(import.meta.dirname, 'tokens/bert-tokens.json'), 'utf8')));

function folderWith(normalizer: object, config: object | null): string {
  return scratchFolder({
    'tokenizer.json': JSON.stringify({ ...golden.definition, normalizer }),
    ...(config === null ? {} : { 'tokenizer_config.json': JSON.stringify(config) }),
  });
}

describe('tokens of a tokenizer.json are those of transformers', () => {
  it.each(golden.cases)('beside $config', async ({ normalizer, config, ids }) => {
    const tokenizer = await loadTextTokenizer(folderWith(normalizer, config));
    const found = golden.texts.map((text) => [...tokenizer.encode(text, undefined, 1000).tokenIds]);
    expect(found).toEqual(ids);
  });

  it.each(['do_lower_case', 'tokenize_chinese_chars'])(
    'and a %s that is null is refused, as there',
    async (key) => {
      const [{ normalizer }] = golden.cases;
      const line = await rejectedLine(loadTextTokenizer(folderWith(normalizer, { [key]: null })));
      expect(line).toMatch(new RegExp(`tokenizer_config\\.json: ${key}: true or false is expected`));
    },
  );
});
