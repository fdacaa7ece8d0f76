import * as z from 'zod';
import type { AddedToken } from './added-tokens.ts';
import { postProcessorSchema } from './post-processor.ts';
import { MOST_TOKENS, tokenId } from './token-id.ts';
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
  eos_token: specialToken.nullish(),
});

/** The part of tokenizer_config.json that is used here. */
export type TokenizerConfig = z.output<typeof tokenizerConfigSchema>;

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

const definitionSchema = z.looseObject({
  added_tokens: z.array(addedTokenSchema).default([]),
  normalizer: normalizerStep.nullish(),
  pre_tokenizer: wordStep.nullish(),
  post_processor: postProcessorSchema.nullish(),
  /** Run by the library. */
  decoder: z.unknown().optional(),
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
        unk_token: z.string().nullish(),
        byte_fallback: z.boolean().nullish(),
      }),
      z
        .looseObject({
          type: z.literal('Unigram'),
          vocab: z.array(z.tuple([z.string(), z.number()])).max(MOST_TOKENS),
          unk_id: tokenId.nullish(),
        })
        .refine(({ vocab, unk_id }) => (unk_id ?? 0) < vocab.length, {
          path: ['unk_id'],
          message: 'is the id of no piece',
        }),
    ],
    { error: 'the model is not WordPiece, BPE or Unigram' },
  ),
});

/**
 * Schema of a tokenizer.json in which a BPE model has a token for every character: through a pre-tokeniser,
 * an unknown token or byte fallback.
 */
export const completeSchema = definitionSchema.refine(
  ({ model, pre_tokenizer: words }) =>
    model.type !== 'BPE' ||
    (words ?? model.unk_token ?? undefined) !== undefined ||
    model.byte_fallback === true,
  {
    path: ['pre_tokenizer'],
    message: 'without it, characters outside the vocabulary have no token',
  },
);

/** The part of tokenizer.json that is used here. */
export type TokenizerDefinition = z.output<typeof definitionSchema>;
