import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import * as z from 'zod';
import { loadTextTokenizer } from '#shared/data/text/tokenizer.ts';
import { dataFolder, goldenFolder } from '#test/support/reference-data.ts';
import { scratchFolder } from '#test/support/scratch-folder.ts';

const caseSchema = z.object({
  text: z.string(),
  pair: z.string().optional(),
  max_len: z.int(),
  input_ids: z.array(z.int()),
  token_type_ids: z.array(z.int()).optional(),
});

function goldenCases() {
  const text = readFileSync(join(golden ?? '', 'minilm/tokenizer_cases.json'), 'utf8');
  return z.array(caseSchema).parse(JSON.parse(text));
}

const golden = goldenFolder();
const data = dataFolder();

describe.skipIf(golden === undefined || data === undefined)(
  'MiniLM tokens equal those of transformers',
  () => {
    const model = join(data ?? '', 'models/minilm-l6-h384');

    async function expectAllCases(directory: string) {
      const tokenizer = await loadTextTokenizer(directory);
      for (const { text, pair, max_len, input_ids, token_type_ids } of goldenCases()) {
        const { tokenIds, tokenTypes } = tokenizer.encode(text, pair, max_len);
        expect({ text, ids: [...tokenIds] }).toEqual({ text, ids: input_ids });
        expect([...tokenTypes]).toEqual(token_type_ids ?? input_ids.map(() => 0));
      }
    }

    it('from tokenizer.json, whose own padding and truncation are overridden', async () => {
      expect(goldenCases().length).toBeGreaterThan(50);
      await expectAllCases(model);
    });

    it('from vocab.txt and tokenizer_config.json', async () => {
      const names = ['vocab.txt', 'tokenizer_config.json'];
      await expectAllCases(
        scratchFolder(Object.fromEntries(names.map((name) => [name, readFileSync(join(model, name))]))),
      );
    });
  },
);
