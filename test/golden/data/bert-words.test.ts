import { createHash } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import * as z from 'zod';
import { bertNormalizer, bertWords } from '#shared/data/text/bert/bert-rules.ts';
import { inputCount } from '#test/support/input-count.ts';
import { pythonHas, runPython } from '#test/support/python.ts';
import { scratchFolder } from '#test/support/scratch-folder.ts';

const settingsSchema = z.object({
  clean_text: z.boolean(),
  handle_chinese_chars: z.boolean(),
  strip_accents: z.boolean().nullable(),
  lowercase: z.boolean(),
});
const wordsSchema = z.array(z.array(z.string()));

/** Made by tokens/bert-words.py with the Rust tokenizers. */
const golden = z
  .object({
    texts: z.array(z.string()),
    cases: z.array(z.object({ settings: settingsSchema, words: wordsSchema })),
    block: z.int(),
    characters: z.array(z.string()),
  })
  .parse(JSON.parse(readFileSync(join(import.meta.dirname, 'tokens/bert-words.json'), 'utf8')));

function wordsOf(settings: z.infer<typeof settingsSchema>): (text: string) => readonly string[] {
  const normalize = bertNormalizer({
    cleanText: settings.clean_text,
    splitIdeographs: settings.handle_chinese_chars,
    stripAccents: settings.strip_accents ?? settings.lowercase,
    lowercase: settings.lowercase,
  });
  return (text) => bertWords(normalize(text));
}

const UNCASED = { clean_text: true, handle_chinese_chars: true, strip_accents: null, lowercase: true };

describe("BERT's words are those of the Rust tokenizers", () => {
  it.each(golden.cases)('of odd texts with $settings', ({ settings, words }) => {
    expect(golden.texts.map(wordsOf(settings))).toEqual(words);
  });

  it('of every character, uncased', () => {
    const words = wordsOf(UNCASED);
    const digests = golden.characters.map((_, index) => {
      const codes = Array.from({ length: golden.block }, (_unused, offset) => index * golden.block + offset);
      const lines = codes
        .filter((code) => code < 0xd800 || code >= 0xe000)
        .map((code) => words(`a${String.fromCodePoint(code)}b`).join(' '));
      return createHash('sha256').update(lines.join('\n')).digest('hex').slice(0, 16);
    });
    expect(digests).toEqual(golden.characters);
  });

  it.skipIf(!pythonHas('tokenizers'))('of random texts, asked anew', () => {
    const settings = fc.record({
      clean_text: fc.boolean(),
      handle_chinese_chars: fc.boolean(),
      strip_accents: fc.constantFrom(null, true, false),
      lowercase: fc.boolean(),
    });
    const fragment = fc.oneof(fc.constantFrom(...golden.texts), fc.string({ unit: 'binary', maxLength: 8 }));
    const text = fc.array(fragment, { maxLength: 6 }).map((parts) => parts.join(''));
    fc.assert(
      fc.property(settings, fc.array(text, { minLength: 500, maxLength: 500 }), (chosen, texts) => {
        const folder = scratchFolder({ 'asked.json': JSON.stringify({ settings: chosen, texts }) });
        const printed = runPython('test/golden/data/tokens/bert-words.py', join(folder, 'asked.json'));
        expect(texts.map(wordsOf(chosen))).toEqual(wordsSchema.parse(JSON.parse(printed)));
      }),
      { numRuns: inputCount(8) },
    );
  });
});
