import { createHash } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import * as z from 'zod';
import { byteLevelWords } from '#shared/data/text/byte-level/byte-level-rules.ts';
import { loadTextTokenizer } from '#shared/data/text/tokenizer.ts';
import { scratchFolder } from '#test/support/scratch-folder.ts';

const idsSchema = z.array(z.array(z.int()));

/** Made by tokens/byte-level-tokens.py with transformers and the Rust tokenizers. */
const golden = z
  .object({
    definition: z.looseObject({}),
    texts: z.array(z.string()),
    cases: z.array(z.object({ config: z.looseObject({}).nullable(), ids: idsSchema, pair_ids: idsSchema })),
    block: z.int(),
    characters: z.array(z.string()),
  })
  .parse(JSON.parse(readFileSync(join(import.meta.dirname, 'tokens/byte-level-tokens.json'), 'utf8')));

describe('byte-level tokens are those of transformers', () => {
  it.each(golden.cases)('of texts and pairs, beside $config', async ({ config, ids, pair_ids }) => {
    const folder = scratchFolder({
      'tokenizer.json': JSON.stringify(golden.definition),
      ...(config === null ? {} : { 'tokenizer_config.json': JSON.stringify(config) }),
    });
    const tokenizer = await loadTextTokenizer(folder);
    const { texts } = golden;
    const encoded = (text: string, pair?: string) => tokenizer.encode(text, pair, 10_000);
    expect(texts.map((text) => [...encoded(text).tokenIds])).toEqual(ids);
    const pairs = texts.map((text, index) => encoded(text, texts[texts.length - 1 - index]));
    expect(pairs.map(({ tokenIds }) => [...tokenIds])).toEqual(pair_ids);
    expect(pairs.every(({ tokenTypes }) => tokenTypes.every((type) => type === 0))).toBe(true);
  });

  it('of every character', () => {
    const words = byteLevelWords({ addPrefixSpace: false, useRegex: true });
    const digests = golden.characters.map((_, index) => {
      const codes = Array.from({ length: golden.block }, (_unused, offset) => index * golden.block + offset);
      const lines = codes
        .filter((code) => code < 0xd800 || code >= 0xe000)
        .map((code) => String.fromCodePoint(code))
        .map((character) => words(`a${character}1${character}!`).join(' '));
      return createHash('sha256').update(lines.join('\n')).digest('hex').slice(0, 16);
    });
    expect(digests).toEqual(golden.characters);
  });
});
