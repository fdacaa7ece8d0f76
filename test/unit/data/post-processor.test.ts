import { describe, expect, it } from 'vitest';
import { postProcessorSchema } from '#shared/data/text/post-processor.ts';
import { loadTextTokenizer } from '#shared/data/text/tokenizer.ts';
import { scratchFolder } from '#test/support/scratch-folder.ts';
import { rejectedLine } from '#test/support/thrown.ts';

const CLS = ['<s>', 0];
const SEP = ['</s>', 1];
const EMPTY = {
  added_tokens: [],
  normalizer: null,
  pre_tokenizer: null,
  post_processor: null,
  decoder: null,
};
const FLAGS = { trim_offsets: true, add_prefix_space: false };
const template = [{ SpecialToken: { id: '<s>', type_id: 0 } }, { Sequence: { id: 'A', type_id: 0 } }];

/** A tokenizer of words with one post-processor. */
function folderWith(postProcessor: object | null): string {
  return scratchFolder({
    'tokenizer.json': JSON.stringify({
      added_tokens: [],
      normalizer: null,
      decoder: null,
      pre_tokenizer: { type: 'BertPreTokenizer' },
      post_processor: postProcessor,
      model: { type: 'WordPiece', unk_token: '<s>', vocab: { '<s>': 0, '</s>': 1, a: 2 } },
    }),
    'tokenizer_config.json': JSON.stringify({ tokenizer_class: 'PreTrainedTokenizerFast' }),
  });
}

describe('a post-processor', () => {
  it.each([
    ['without a separator', { type: 'RobertaProcessing', cls: CLS, ...FLAGS }],
    ['with a separator that is none', { type: 'RobertaProcessing', cls: CLS, sep: null, ...FLAGS }],
    [
      'in a list, without a separator',
      { type: 'Sequence', processors: [{ type: 'BertProcessing', cls: CLS }] },
    ],
    ["without RoBERTa's flags", { type: 'RobertaProcessing', cls: CLS, sep: SEP, trim_offsets: true }],
    [
      "with RoBERTa's flags as numbers",
      { type: 'RobertaProcessing', cls: CLS, sep: SEP, ...FLAGS, trim_offsets: 1 },
    ],
    [
      'without the special tokens of its template',
      { type: 'TemplateProcessing', single: template, pair: template },
    ],
    [
      'with an id below 0 in its template',
      {
        type: 'TemplateProcessing',
        single: template,
        pair: template,
        special_tokens: { '<s>': { id: '<s>', ids: [-1], tokens: ['<s>'] } },
      },
    ],
    [
      'that is a list in which two place special tokens',
      {
        type: 'Sequence',
        processors: [
          { type: 'BertProcessing', cls: CLS, sep: SEP },
          { type: 'RobertaProcessing', cls: CLS, sep: SEP, ...FLAGS },
        ],
      },
    ],
    [
      'whose template for pairs lacks the second text',
      {
        type: 'TemplateProcessing',
        single: template,
        pair: template,
        special_tokens: { '<s>': { id: '<s>', ids: [0], tokens: ['<s>'] } },
      },
    ],
    ['that is a list in a list', { type: 'Sequence', processors: [{ type: 'Sequence', processors: [] }] }],
    [
      'with a special token that stands for another one',
      {
        type: 'TemplateProcessing',
        single: template,
        pair: template,
        special_tokens: { '<s>': { id: '<s>', ids: [1], tokens: ['</s>'] } },
      },
    ],
  ])('%s is refused', async (_, processor) => {
    expect(postProcessorSchema.safeParse(processor).success).toBe(false);
    expect(await rejectedLine(loadTextTokenizer(folderWith(processor)))).toMatch(
      /tokenizer\.json: post_processor.* Copy it again/,
    );
  });

  const BYTE_LEVEL = { type: 'ByteLevel', add_prefix_space: false, trim_offsets: true, use_regex: true };
  const BERT = { type: 'BertProcessing', cls: CLS, sep: SEP };
  const ROBERTA = { type: 'RobertaProcessing', cls: CLS, sep: SEP, ...FLAGS };
  const withTypes = (first: number, second: number) => ({
    type: 'TemplateProcessing',
    single: template,
    pair: [
      { SpecialToken: { id: '<s>', type_id: first } },
      { Sequence: { id: 'A', type_id: first } },
      { Sequence: { id: 'B', type_id: second } },
    ],
    special_tokens: { '<s>': { id: '<s>', ids: [0], tokens: ['<s>'] } },
  });
  const list = (...processors: readonly object[]) => ({ type: 'Sequence', processors });

  // What the Rust tokenizers 0.23.3 give.
  it.each([
    ['none', null, [2, 2, 2], [0, 1, 1]],
    ['ByteLevel, which only corrects offsets', BYTE_LEVEL, [2, 2, 2], [0, 1, 1]],
    ['ByteLevel in a list', list(BYTE_LEVEL), [2, 2, 2], [0, 1, 1]],
    ['an empty list', list(), [2, 2, 2], [0, 1, 1]],
    ["BERT's", BERT, [0, 2, 1, 2, 2, 1], [0, 0, 0, 1, 1, 1]],
    ["BERT's in a list", list(BERT), [0, 2, 1, 2, 2, 1], [0, 0, 0, 1, 1, 1]],
    ["RoBERTa's", ROBERTA, [0, 2, 1, 1, 2, 2, 1], [0, 0, 0, 0, 0, 0, 0]],
    ["RoBERTa's in a list", list(BYTE_LEVEL, ROBERTA), [0, 2, 1, 1, 2, 2, 1], [0, 0, 0, 0, 0, 0, 0]],
    ['a template of one type', withTypes(0, 0), [0, 2, 2, 2], [0, 0, 0, 0]],
    ['a template of other types', withTypes(2, 3), [0, 2, 2, 2], [2, 2, 3, 3]],
    ['a template first in a list', list(withTypes(0, 1), BYTE_LEVEL), [0, 2, 2, 2], [0, 0, 1, 1]],
    ['a template last in a list', list(BYTE_LEVEL, withTypes(0, 1)), [0, 2, 2, 2], [0, 0, 1, 1]],
  ])('gives a pair its tokens and types: %s', async (_, processor, ids, types) => {
    const { tokenIds, tokenTypes } = (await loadTextTokenizer(folderWith(processor))).encode('a', 'a a', 9);
    expect([...tokenIds]).toEqual(ids);
    expect([...tokenTypes]).toEqual(types);
  });

  it('whose ids are not those of the vocabulary is refused: the Rust tokenizers would use them', async () => {
    const folder = folderWith({ type: 'BertProcessing', cls: ['<s>', 7], sep: SEP });
    expect(await rejectedLine(loadTextTokenizer(folder))).toMatch(
      /post_processor: "<s>" has the id 7; the tokenizer gives it 0\./,
    );
  });
});

describe('an added token', () => {
  const added = (content: string, id: number) => ({ content, id, special: true });
  const folderOf = (...tokens: readonly object[]) =>
    scratchFolder({
      'tokenizer.json': JSON.stringify({
        added_tokens: tokens,
        normalizer: null,
        decoder: null,
        post_processor: null,
        pre_tokenizer: { type: 'BertPreTokenizer' },
        model: { type: 'WordPiece', unk_token: '<s>', vocab: { '<s>': 0, '</s>': 1, a: 2 } },
      }),
      'tokenizer_config.json': JSON.stringify({ tokenizer_class: 'PreTrainedTokenizerFast' }),
    });

  it('has its id in the vocabulary, or the next one after it', async () => {
    const tokenizer = await loadTextTokenizer(folderOf(added('</s>', 1), added('<x>', 3), added('<y>', 4)));
    expect([...tokenizer.encode('a<y><x></s>', undefined, 9).tokenIds]).toEqual([2, 4, 3, 1]);
  });

  it.each([
    ['of another token', [added('__proto__', 0)], /"__proto__" has the id 0; the tokenizer gives it 3/],
    ['that is not in the vocabulary', [added('</s>', 2)], /"<\/s>" has the id 2; the tokenizer gives it 1/],
    ['after a gap', [added('<x>', 3), added('<y>', 5)], /"<y>" has the id 5; the tokenizer gives it 4/],
  ])('with an id %s is refused, because the Rust tokenizers give it another', async (_, tokens, line) => {
    expect(await rejectedLine(loadTextTokenizer(folderOf(...tokens)))).toMatch(line);
  });
});

it('BPE without words and without an unknown token is refused: it would drop characters', async () => {
  const model = { type: 'BPE', vocab: { a: 0, b: 1, ab: 2 }, merges: ['a b'] };
  const files = (changes: object) =>
    scratchFolder({
      'tokenizer.json': JSON.stringify({ ...EMPTY, model: { ...model, ...changes } }),
      'tokenizer_config.json': JSON.stringify({ tokenizer_class: 'PreTrainedTokenizerFast' }),
    });
  expect(await rejectedLine(loadTextTokenizer(files({})))).toMatch(/pre_tokenizer: without it, characters/);
  expect([
    ...(await loadTextTokenizer(files({ unk_token: 'a' }))).encode('ab', undefined, 9).tokenIds,
  ]).toEqual([2]);
});

it('a Unigram model whose unknown piece is none of its pieces is refused', async () => {
  const model = {
    type: 'Unigram',
    unk_id: 9,
    vocab: [
      ['<unk>', 0],
      ['a', -1],
    ],
  };
  const folder = scratchFolder({ 'tokenizer.json': JSON.stringify({ model, normalizer: null }) });
  expect(await rejectedLine(loadTextTokenizer(folder))).toMatch(/model\.unk_id: is the id of no piece/);
});
