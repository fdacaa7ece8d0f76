import { describe, expect, it } from 'vitest';
import { encodeTextDataset } from '#shared/data/text/encode-dataset.ts';
import { tokenBatch } from '#shared/data/text/token-batch.ts';
import { loadTextTokenizer } from '#shared/data/text/tokenizer.ts';
import { truncateLongestFirst } from '#shared/data/text/truncate-pair.ts';
import { ConfigError, ModelError } from '#shared/errors.ts';
import { scratchFolder } from '#test/support/scratch-folder.ts';

const VOCABULARY = ['[PAD]', '[UNK]', '[CLS]', '[SEP]', '[MASK]', 'a', 'b', 'cafe', '##s', 'Caf', '##é', 'İ'];
const [PAD, UNK, CLS, SEP, MASK, A, B, CAFE, S] = VOCABULARY.map((_, id) => id);

function vocabularyFolder(config?: object): string {
  return scratchFolder({
    'vocab.txt': `${VOCABULARY.join('\n')}\n`,
    ...(config === undefined ? {} : { 'tokenizer_config.json': JSON.stringify(config) }),
  });
}

describe('tokenizer from vocab.txt', () => {
  it('lower-cases, strips accents and splits words into pieces by default', async () => {
    const tokenizer = await loadTextTokenizer(vocabularyFolder());
    expect([...tokenizer.encode('A Cafés, zzz [MASK]', undefined, 20).tokenIds]).toEqual([
      CLS,
      A,
      CAFE,
      S,
      UNK,
      UNK,
      MASK,
      SEP,
    ]);
    expect(tokenizer.vocabularySize).toBe(VOCABULARY.length);
  });

  it('keeps case and accents by tokenizer_config.json', async () => {
    const tokenizer = await loadTextTokenizer(vocabularyFolder({ do_lower_case: false }));
    const ids = tokenizer.encode('Café', undefined, 20).tokenIds;
    expect([...ids]).toEqual([CLS, VOCABULARY.indexOf('Caf'), VOCABULARY.indexOf('##é'), SEP]);
  });

  it('sets token type 1 on the second text', async () => {
    const tokenizer = await loadTextTokenizer(vocabularyFolder());
    const { tokenIds, tokenTypes } = tokenizer.encode('a b', 'b', 20);
    expect([...tokenIds]).toEqual([CLS, A, B, SEP, B, SEP]);
    expect([...tokenTypes]).toEqual([0, 0, 0, 0, 1, 1]);
  });

  it('keeps the separator of an empty second text', async () => {
    const tokenizer = await loadTextTokenizer(vocabularyFolder());
    expect([...tokenizer.encode('a', '', 20).tokenIds]).toEqual([CLS, A, SEP, SEP]);
  });

  it('refuses a length without room for text', async () => {
    const tokenizer = await loadTextTokenizer(vocabularyFolder());
    expect([...tokenizer.encode('a b a', undefined, 3).tokenIds]).toEqual([CLS, A, SEP]);
    expect(() => tokenizer.encode('a', undefined, 2)).toThrow(ConfigError);
    expect(() => tokenizer.encode('a', 'b', 3)).toThrow(/3 tokens leave no room .* 3 special ones/);
  });

  it.each([
    [
      'a repeated token',
      { 'vocab.txt': '[PAD]\n[UNK]\n[CLS]\n[SEP]\n[MASK]\na\na\n' },
      /"a" is listed twice/,
    ],
    ['a missing special token', { 'vocab.txt': '[PAD]\n[UNK]\n[CLS]\n[MASK]\na\n' }, /\[SEP\] is missing/],
    ['no tokenizer at all', {}, /looked for tokenizer\.json and vocab\.txt/],
    ['broken JSON', { 'tokenizer.json': '{' }, /is not JSON/],
    ['a list of settings', { 'tokenizer_config.json': '[]' }, /^Invalid input: expected object/],
    [
      'another kind of model',
      { 'tokenizer.json': '{"model":{"type":"WordLevel"}}' },
      /not WordPiece, BPE or/,
    ],
  ])('names %s', async (_, files, message) => {
    const loading = loadTextTokenizer(scratchFolder(files));
    await expect(loading).rejects.toThrow(ModelError);
    await expect(loading).rejects.toThrow(message);
  });
});

describe('truncation, longest first', () => {
  it.each([
    [3, 4, 10, 3, 4],
    [3, 40, 10, 3, 7],
    [40, 3, 10, 7, 3],
    [40, 30, 11, 6, 5],
    [30, 40, 11, 5, 6],
    [40, 40, 11, 5, 6],
    [40, 0, 11, 11, 0],
  ])('%i and %i tokens in %i become %i and %i', (first, second, budget, keptFirst, keptSecond) => {
    expect(truncateLongestFirst(first, second, budget)).toEqual({ first: keptFirst, second: keptSecond });
  });
});

describe('encoded data set', () => {
  async function* rows() {
    yield { text: 'a', label: 1 };
    yield { text: 'a b a b', label: 0 };
    yield { text: 'b', pair: 'a', label: 1 };
  }

  it('is packed without padding', async () => {
    const tokenizer = await loadTextTokenizer(vocabularyFolder());
    const encoded = await encodeTextDataset(rows(), tokenizer, { maxTokens: 5 });
    expect([...encoded.offsets]).toEqual([0, 3, 8, 13]);
    expect([...encoded.tokenIds]).toEqual([CLS, A, SEP, CLS, A, B, A, SEP, CLS, B, SEP, A, SEP]);
    expect([...encoded.tokenTypes]).toEqual([0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 1, 1]);
    expect([...encoded.labels]).toEqual([1, 0, 1]);
  });

  it('takes the first rows only when limited', async () => {
    const tokenizer = await loadTextTokenizer(vocabularyFolder());
    const encoded = await encodeTextDataset(rows(), tokenizer, { maxTokens: 9, limit: 2 });
    expect([...encoded.labels]).toEqual([1, 0]);
  });

  it('is laid out in mini-batches padded to their longest row', async () => {
    const tokenizer = await loadTextTokenizer(vocabularyFolder());
    const encoded = await encodeTextDataset(rows(), tokenizer, { maxTokens: 9 });
    const batch = tokenBatch(encoded, Int32Array.of(2, 0));
    expect([...batch.tokenIds]).toEqual([CLS, B, SEP, A, SEP, CLS, A, SEP, PAD, PAD]);
    expect([...batch.tokenTypeIds]).toEqual([0, 0, 0, 1, 1, 0, 0, 0, 0, 0]);
    expect([...batch.lengths]).toEqual([5, 3]);
  });
});
