import * as z from 'zod';
import type { specialToken, TokenizerConfig } from './tokenizer-schema.ts';
import { bertSteps, type WordPieceSettings } from './wordpiece-definition.ts';

/**
 * Tokenizer classes that are fully defined by tokenizer.json. The classes of BERT, RoBERTa and related
 * families take some rules from tokenizer_config.json.
 */
export const FILE_DECIDES = new Set(['PreTrainedTokenizerFast', 'PreTrainedTokenizer', 'TokenizersBackend']);

/**
 * Steps that a tokenizer class of transformers sets from tokenizer_config.json; they override tokenizer.json.
 */
export function classSteps(
  model: 'WordPiece' | 'BPE' | 'Unigram',
  json: object,
  config: TokenizerConfig,
): object {
  switch (model) {
    case 'WordPiece':
      return bertSteps(wordPieceSettings(config));
    case 'BPE': {
      const { pre_tokenizer: words } = byteLevelStep.parse(json);
      return words?.type === 'ByteLevel'
        ? { pre_tokenizer: { ...words, add_prefix_space: config.add_prefix_space ?? false } }
        : {};
    }
    case 'Unigram': {
      const { normalizer } = normalizerParts.parse(json);
      const parts = normalizer?.type === 'Sequence' ? (normalizer.normalizers ?? []) : [normalizer];
      const scheme = config.add_prefix_space === false ? 'never' : 'always';
      return {
        normalizer: parts.find((part) => part?.type === 'Precompiled') ?? null,
        pre_tokenizer: {
          type: 'Sequence',
          pretokenizers: [
            { type: 'WhitespaceSplit' },
            { type: 'Metaspace', replacement: '▁', prepend_scheme: scheme, split: true },
          ],
        },
      };
    }
  }
}

const typedPart = z.looseObject({ type: z.string() });

const normalizerParts = z.looseObject({
  normalizer: typedPart.extend({ normalizers: z.array(typedPart).optional() }).nullish(),
});

const byteLevelStep = z.looseObject({ pre_tokenizer: typedPart.nullish() });

/** Rules and special tokens of WordPiece in tokenizer_config.json; absent keys have BERT's defaults. */
export function wordPieceSettings(config: TokenizerConfig): WordPieceSettings {
  const content = (token: z.output<typeof specialToken> | null | undefined, standard: string) =>
    typeof token === 'object' ? (token?.content ?? standard) : (token ?? standard);
  return {
    lowercase: config.do_lower_case,
    stripAccents: config.strip_accents ?? undefined,
    splitChineseCharacters: config.tokenize_chinese_chars,
    specialTokens: {
      unknown: content(config.unk_token, '[UNK]'),
      separator: content(config.sep_token, '[SEP]'),
      padding: content(config.pad_token, '[PAD]'),
      classify: content(config.cls_token, '[CLS]'),
      mask: content(config.mask_token, '[MASK]'),
    },
  };
}
