import { cpSync, mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'vitest';
import { mergedModel } from '#cli/export/merged-model.ts';
import { loadTextTokenizer } from '#shared/data/text/tokenizer.ts';
import { readModelDirectory } from '#shared/model/hugging-face/model-directory.ts';
import { splitModel } from '#shared/model/split-model.ts';
import { loadExamples } from '#shared/preparation/load-examples.ts';
import { tinyAdapter, writeAdapterFolder } from '#test/support/adapted-tiny-bert.ts';
import { sharedScratchFolder } from '#test/support/scratch-folder.ts';
import { TINY_BERT } from '#test/support/tiny-bert.ts';
import { tinyConfig, tinyModelAndData } from '#test/support/tiny-run.ts';
import { withDamage } from './support/corrupted-folder.ts';
import { fuzz, requireFinite } from './support/fuzz.ts';

const folder = sharedScratchFolder(tinyModelAndData());
const adapted = sharedScratchFolder(tinyModelAndData());
writeAdapterFolder(join(adapted, 'adapter'), tinyAdapter());

/** A tokenizer as one file, with the same vocabulary as vocab.txt. */
const tokenizerFolder = sharedScratchFolder();
mkdirSync(tokenizerFolder, { recursive: true });
const words = String(tinyModelAndData()['vocab.txt']).trimEnd().split('\n');
writeFileSync(
  join(tokenizerFolder, 'tokenizer.json'),
  JSON.stringify({
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
      single: [
        { SpecialToken: { id: '[CLS]', type_id: 0 } },
        { Sequence: { id: 'A', type_id: 0 } },
        { SpecialToken: { id: '[SEP]', type_id: 0 } },
      ],
      pair: [
        { SpecialToken: { id: '[CLS]', type_id: 0 } },
        { Sequence: { id: 'A', type_id: 0 } },
        { SpecialToken: { id: '[SEP]', type_id: 0 } },
        { Sequence: { id: 'B', type_id: 1 } },
        { SpecialToken: { id: '[SEP]', type_id: 1 } },
      ],
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
  }),
);
cpSync(join(folder, 'tokenizer_config.json'), join(tokenizerFolder, 'tokenizer_config.json'));

const isModelFile = (name: string): boolean => /^(config\.json|model\.safetensors)$/.test(name);
const TEXTS = ['fine warm grim', '\u0000é漢字 𠀀\u200d', 'Σίσυφος', '', '[CLS] x [SEP]'];

test('a model folder', async () => {
  await fuzz(
    'model folder',
    (random) =>
      withDamage(folder, random, isModelFile, async (copy) => splitModel(await readModelDirectory(copy))),
    ({ device, server }) => {
      for (const tensors of [device.tensors, server.tensors]) {
        for (const [name, { data }] of tensors) {
          if (data.some((value) => !Number.isFinite(value))) throw new Error(`${name} is not finite`);
        }
      }
    },
  );
});

test.each([
  ['one file', tokenizerFolder, /^tokenizer/],
  ['a vocabulary', folder, /^(vocab\.txt|tokenizer_config\.json)$/],
])('a tokenizer as %s', async (name, source, files) => {
  await fuzz(
    `tokenizer as ${name}`,
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

test('data files', async () => {
  await fuzz(
    'data files',
    (random) =>
      withDamage(
        folder,
        random,
        (name) => name.endsWith('.tsv'),
        (copy) => loadExamples(tinyConfig(copy), TINY_BERT),
      ),
    ({ train, test: testing, labelNames }) => {
      for (const { labels } of [train, testing]) {
        if (labels.some((label) => label < 0 || label >= labelNames.length)) throw new Error('an odd label');
      }
    },
  );
});

test('an adapter', async () => {
  await fuzz(
    'adapter',
    (random) =>
      withDamage(
        adapted,
        random,
        (name) => name.startsWith('adapter'),
        (copy) => mergedModel(copy, join(copy, 'adapter')),
      ),
    ({ mergedLayers }) => requireFinite(mergedLayers),
  );
});
