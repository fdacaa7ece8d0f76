import { languageWords } from '#quickstart/synthetic/corpus.ts';
import { type SpecialTokens, wordPieceDefinition } from '#shared/data/text/wordpiece-definition.ts';

const SPECIAL_TOKENS: SpecialTokens = {
  padding: '[PAD]',
  unknown: '[UNK]',
  classify: '[CLS]',
  separator: '[SEP]',
  mask: '[MASK]',
};

/** Tokens by id: BERT's special tokens, the language's words, and single characters for all other words. */
export function quickstartVocabulary(): readonly string[] {
  const characters = [...'abcdefghijklmnopqrstuvwxyz0123456789'];
  const pieces = [...characters, ...characters.map((character) => `##${character}`)];
  return [...new Set([...Object.values(SPECIAL_TOKENS), ...languageWords(), ...pieces])];
}

/** The tokenizer's files in Hugging Face's layout, by name. */
export function tokenizerFiles(): Readonly<Record<string, string>> {
  const vocabulary = quickstartVocabulary();
  const settings = {
    lowercase: true,
    stripAccents: undefined,
    splitChineseCharacters: true,
    specialTokens: SPECIAL_TOKENS,
  };
  const config = {
    tokenizer_class: 'BertTokenizer',
    do_lower_case: true,
    model_max_length: 32,
    unk_token: SPECIAL_TOKENS.unknown,
    sep_token: SPECIAL_TOKENS.separator,
    pad_token: SPECIAL_TOKENS.padding,
    cls_token: SPECIAL_TOKENS.classify,
    mask_token: SPECIAL_TOKENS.mask,
  };
  return {
    'vocab.txt': `${vocabulary.join('\n')}\n`,
    'tokenizer.json': `${JSON.stringify(wordPieceDefinition(vocabulary, settings, 'quickstart vocabulary'), null, 1)}\n`,
    'tokenizer_config.json': `${JSON.stringify(config, null, 2)}\n`,
  };
}
