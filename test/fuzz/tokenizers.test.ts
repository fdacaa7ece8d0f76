import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'vitest';
import * as z from 'zod';
import { loadTextTokenizer } from '#shared/data/text/tokenizer.ts';
import { sharedScratchFolder } from '#test/support/scratch-folder.ts';
import { tinyModelAndData } from '#test/support/tiny-run.ts';
import { withDamage } from './support/corrupted-folder.ts';
import { fuzz } from './support/fuzz.ts';

const TEXTS = [
  'fine warm grim',
  '\u0000é漢字 𠀀\u200d',
  'Σίσυφος',
  '',
  '[CLS] x [SEP] <s></s>',
  "don't 3.14",
];

/** A folder with the tokenizer of a golden file. */
function goldenTokenizer(name: string): string {
  const path = join(import.meta.dirname, `../golden/data/tokens/${name}-tokens.json`);
  const { definition } = z
    .object({ definition: z.looseObject({}) })
    .parse(JSON.parse(readFileSync(path, 'utf8')));
  const config = { tokenizer_class: 'PreTrainedTokenizerFast', model_max_length: 512 };
  return sharedScratchFolder({
    'tokenizer.json': JSON.stringify(definition),
    'tokenizer_config.json': JSON.stringify(config),
  });
}

const folder = sharedScratchFolder(tinyModelAndData());
const wordPiece = sharedScratchFolder({
  'tokenizer_config.json': String(tinyModelAndData()['tokenizer_config.json']),
});
writeFileSync(join(wordPiece, 'tokenizer.json'), wordPieceFile());

test.each([
  ['WordPiece as one file', wordPiece, /^tokenizer/],
  ['WordPiece as a vocabulary', folder, /^(vocab\.txt|tokenizer_config\.json)$/],
  ['byte-level BPE', goldenTokenizer('byte-level'), /^tokenizer/],
  ['Unigram', goldenTokenizer('unigram'), /^tokenizer/],
])('a tokenizer: %s', async (name, source, files) => {
  await fuzz(
    `tokenizer, ${name}`,
    (random) =>
      withDamage(
        source,
        random,
        (file) => files.test(file),
        async (copy) => {
          const tokenizer = await loadTextTokenizer(copy);
          return TEXTS.map((text) => ({
            size: tokenizer.vocabularySize,
            ...tokenizer.encode(text, random.integer(2) === 0 ? 'second text' : undefined, 16),
          }));
        },
      ),
    (sequences) => {
      for (const { tokenIds, tokenTypes, size } of sequences) {
        if (tokenIds.length > 16) throw new Error(`${tokenIds.length} tokens of at most 16`);
        if (tokenIds.some((id) => id < 0 || id >= size)) throw new Error('an id outside the vocabulary');
        if (tokenTypes.some((type) => type < 0 || type > 255)) throw new Error('an odd token type');
        if (size > 1e8) throw new Error(`a vocabulary of ${size}`);
      }
    },
  );
});

/** A tokenizer.json with the vocabulary of the tiny model's vocab.txt. */
function wordPieceFile(): string {
  const words = String(tinyModelAndData()['vocab.txt']).trimEnd().split('\n');
  const special = (id: string, typeId: number) => ({ SpecialToken: { id, type_id: typeId } });
  const text = (id: string, typeId: number) => ({ Sequence: { id, type_id: typeId } });
  return JSON.stringify({
    version: '1.0',
    truncation: null,
    padding: null,
    added_tokens: [0, 1, 2, 3, 4].map((id) => ({
      id,
      content: words[id],
      single_word: false,
      lstrip: false,
      rstrip: false,
      normalized: false,
      special: true,
    })),
    normalizer: {
      type: 'BertNormalizer',
      clean_text: true,
      handle_chinese_chars: true,
      strip_accents: null,
      lowercase: true,
    },
    pre_tokenizer: { type: 'BertPreTokenizer' },
    post_processor: {
      type: 'TemplateProcessing',
      single: [special('[CLS]', 0), text('A', 0), special('[SEP]', 0)],
      pair: [special('[CLS]', 0), text('A', 0), special('[SEP]', 0), text('B', 1), special('[SEP]', 1)],
      special_tokens: {
        '[CLS]': { id: '[CLS]', ids: [2], tokens: ['[CLS]'] },
        '[SEP]': { id: '[SEP]', ids: [3], tokens: ['[SEP]'] },
      },
    },
    decoder: { type: 'WordPiece', prefix: '##', cleanup: true },
    model: {
      type: 'WordPiece',
      unk_token: '[UNK]',
      continuing_subword_prefix: '##',
      max_input_chars_per_word: 100,
      vocab: Object.fromEntries(words.map((word, id) => [word, id])),
    },
  });
}
