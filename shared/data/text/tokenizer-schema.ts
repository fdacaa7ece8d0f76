import * as z from 'zod';
import type { AddedToken } from './added-tokens.ts';
import { normalizerStep, wordStep } from './tokenizer-steps.ts';

/** A special token: its text, or an object with it. */
export const specialToken = z.union([z.string(), z.looseObject({ content: z.string() })]);

/** A flag of transformers: only true or false are accepted. Default: true. */
const onOff = z.boolean({ error: 'true or false is expected' }).default(true);

/** The keys of tokenizer_config.json that are used here. All keys, and the file itself, are optional. */
export const tokenizerConfigSchema = z.looseObject({
  tokenizer_class: z.string().nullish(),
  do_lower_case: onOff,
  strip_accents: z.boolean().nullish(),
  tokenize_chinese_chars: onOff,
  add_prefix_space: z.boolean().nullish(),
  unk_token: specialToken.nullish(),
  sep_token: specialToken.nullish(),
  pad_token: specialToken.nullish(),
  cls_token: specialToken.nullish(),
  mask_token: specialToken.nullish(),
});

/** The part of tokenizer_config.json that is used here. */
export type TokenizerConfig = z.output<typeof tokenizerConfigSchema>;

/** Limit of token ids, larger than any vocabulary: the largest id sizes arrays and embeddings. */
const MOST_TOKENS = 10_000_000;

const tokenId = z.int().nonnegative().max(MOST_TOKENS);

const addedTokenSchema = z
  .looseObject({
    content: z.string(),
    id: tokenId,
    single_word: z.boolean().default(false),
    lstrip: z.boolean().default(false),
    rstrip: z.boolean().default(false),
    normalized: z.boolean().optional(),
    special: z.boolean().default(false),
  })
  .transform(
    ({ content, id, single_word, lstrip, rstrip, normalized, special }): AddedToken => ({
      content,
      id,
      normalized: normalized ?? !special,
      singleWord: single_word,
      takesSpaceBefore: lstrip,
      takesSpaceAfter: rstrip,
    }),
  );

/** Tokens with their ids. */
export const vocabulary = z.record(z.string(), tokenId);

/**
 * Limit of the pieces of a template, which has a few special tokens around one or two texts. Token types are
 * 0 and 1 in almost all models.
 */
const MOST_PIECES = 64;

const typeId = z.int().nonnegative().max(255);

const specialPiece = z.looseObject({ SpecialToken: z.looseObject({ id: z.string(), type_id: typeId }) });

const textPiece = <const Id extends string>(ids: readonly Id[]) =>
  z.looseObject({ Sequence: z.looseObject({ id: z.enum(ids), type_id: typeId }) });

const template = <const Id extends string>(ids: readonly Id[]) =>
  z
    .array(z.union([specialPiece, textPiece(ids)]))
    .min(1)
    .max(MOST_PIECES);

const tokenWithId = z.tuple([z.string(), tokenId]);

/**
 * The first two types add special tokens as BERT's family does. Any other type is rejected when the first
 * text is encoded.
 */
const postProcessorSchema = z.union([
  z.looseObject({
    type: z.literal('TemplateProcessing'),
    single: template(['A']),
    pair: template(['A', 'B']),
  }),
  z.looseObject({ type: z.literal('BertProcessing'), sep: tokenWithId, cls: tokenWithId }),
  z.looseObject({
    type: z.string().refine((type) => !['TemplateProcessing', 'BertProcessing'].includes(type)),
  }),
]);

/** The keys of tokenizer.json that are used here. */
export const definitionSchema = z.looseObject({
  added_tokens: z.array(addedTokenSchema).default([]),
  normalizer: normalizerStep.nullish(),
  pre_tokenizer: wordStep.nullish(),
  post_processor: postProcessorSchema.nullish(),
  model: z.discriminatedUnion(
    'type',
    [
      z.looseObject({
        type: z.literal('WordPiece'),
        unk_token: z.string(),
        continuing_subword_prefix: z.string().optional(),
        max_input_chars_per_word: z.int().positive().max(1_000_000).optional(),
        vocab: vocabulary,
      }),
      z.looseObject({
        type: z.literal('BPE'),
        vocab: vocabulary,
        merges: z.array(z.union([z.string(), z.tuple([z.string(), z.string()])])),
      }),
      z.looseObject({ type: z.literal('Unigram'), vocab: z.array(z.tuple([z.string(), z.number()])) }),
    ],
    { error: 'the model is not WordPiece, BPE or Unigram' },
  ),
});

/** The part of tokenizer.json that is used here. */
export type TokenizerDefinition = z.output<typeof definitionSchema>;
