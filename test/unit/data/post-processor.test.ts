import { describe, expect, it } from 'vitest';
import { postProcessorSchema } from '#shared/data/text/post-processor.ts';
import { loadTextTokenizer } from '#shared/data/text/tokenizer.ts';
import { scratchFolder } from '#test/support/scratch-folder.ts';
import { rejectedLine } from '#test/support/thrown.ts';

const CLS = ['<s>', 0];
const SEP = ['</s>', 1];
const template = [{ SpecialToken: { id: '<s>', type_id: 0 } }, { Sequence: { id: 'A', type_id: 0 } }];

/** A tokenizer of words with one post-processor. */
function folderWith(postProcessor: object): string {
  return scratchFolder({
    'tokenizer.json': JSON.stringify({
      added_tokens: [],
      normalizer: null,
      pre_tokenizer: { type: 'BertPreTokenizer' },
      post_processor: postProcessor,
      model: { type: 'WordPiece', unk_token: '<s>', vocab: { '<s>': 0, '</s>': 1, a: 2 } },
    }),
    'tokenizer_config.json': JSON.stringify({ tokenizer_class: 'PreTrainedTokenizerFast' }),
  });
}

describe('a post-processor', () => {
  it.each([
    ['without a separator', { type: 'RobertaProcessing', cls: CLS }],
    ['with a separator that is none', { type: 'RobertaProcessing', cls: CLS, sep: null }],
    ['in a list, without a separator', { type: 'Sequence', processors: [{ type: 'BertProcessing', cls: CLS }] }],
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

  it('in a list gives both texts of a pair one type, where it is that of RoBERTa', async () => {
    const processor = { type: 'Sequence', processors: [{ type: 'RobertaProcessing', cls: CLS, sep: SEP }] };
    const { tokenIds, tokenTypes } = (await loadTextTokenizer(folderWith(processor))).encode('a', 'a', 9);
    expect([...tokenIds]).toEqual([0, 2, 1, 1, 2, 1]);
    expect([...tokenTypes]).toEqual([0, 0, 0, 0, 0, 0]);
  });

  it('whose ids are not those of the vocabulary is refused: the Rust tokenizers would use them', async () => {
    const folder = folderWith({ type: 'BertProcessing', cls: ['<s>', 7], sep: SEP });
    expect(await rejectedLine(loadTextTokenizer(folder))).toMatch(
      /post_processor: "<s>" has the id 7, in the vocabulary 0\./,
    );
  });
});
