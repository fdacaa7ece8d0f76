import { describeModel } from '#shared/model/families/registry.ts';
import type { Tensor } from '#shared/model/tensor.ts';
import { randomStream } from '#shared/random/random-stream.ts';
import { modelFiles } from './tiny-bert.ts';
import { TINY_MODELS, tinyTensors } from './tiny-models.ts';

const SPECIAL = ['[PAD]', '[UNK]', '[CLS]', '[SEP]', '[MASK]'];
const WORDS = ['one', 'two', 'three', 'four', 'five', 'six', 'seven', 'eight', 'nine', 'ten'];

/** A Llama as its config.json can state it. */
export const TINY_LANGUAGE_MODEL = {
  ...TINY_MODELS.llama,
  biases: { projections: false, attentionOutput: false, feedForward: false },
};

/** Files of a Llama with random weights and a tokenizer of whole words. */
export function tinyLanguageModel(
  maximumTokens = TINY_LANGUAGE_MODEL.maximumTokens,
): Readonly<Record<string, string | Uint8Array>> {
  const config = { ...TINY_LANGUAGE_MODEL, maximumTokens };
  const { transformersConfig } = describeModel(config);
  const tensors: ReadonlyMap<string, Tensor> = tinyTensors(config);
  return {
    ...modelFiles(tensors, {
      ...transformersConfig(),
      model_type: config.family,
      vocab_size: config.vocabularySize,
      tie_word_embeddings: true,
    }),
    'vocab.txt': `${[...SPECIAL, ...WORDS].join('\n')}\n`,
    'tokenizer_config.json': JSON.stringify({
      do_lower_case: true,
      tokenizer_class: 'BertTokenizer',
      eos_token: '[SEP]',
    }),
  };
}

/** Training and test texts of so many words each: numbers that are counted up, from a random start. */
export function tinyTexts(texts: number, words: number): Readonly<Record<string, string>> {
  const random = randomStream(5, 'dataset');
  const lines = Array.from({ length: texts }, () => {
    const start = random.integer(WORDS.length);
    return Array.from({ length: words }, (_, at) => WORDS[(start + at) % WORDS.length]).join(' ');
  });
  return { 'train.txt': `${lines.slice(12).join('\n')}\n`, 'test.txt': `${lines.slice(0, 12).join('\n')}\n` };
}
