import { join } from 'node:path';
import * as z from 'zod';
import { ModelError } from '#shared/errors.ts';
import { readRegularText } from '#shared/read-file.ts';
import { linesOf } from '#shared/text-file.ts';
import type { AddedToken } from './added-tokens.ts';
import { postProcessorSchema } from './post-processor.ts';
import { MOST_TOKENS, tokenId } from './token-id.ts';
import { normalizerStep, wordStep } from './tokenizer-steps.ts';
import { bertSteps, type WordPieceSettings, wordPieceDefinition } from './wordpiece-definition.ts';

const specialToken = z.union([z.string(), z.looseObject({ content: z.string() })]);

/** A flag of transformers: only true or false are accepted. Default: true. */
const onOff = z.boolean({ error: 'true or false is expected' }).default(true);

/** The keys of tokenizer_config.json that are used here. All keys, and the file itself, are optional. */
const tokenizerConfigSchema = z.looseObject({
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

type TokenizerConfig = z.output<typeof tokenizerConfigSchema>;

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

const vocabulary = z.record(z.string(), tokenId);

const definitionSchema = z.looseObject({
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

/** The same, and BPE has a token for every character. */
const completeSchema = definitionSchema.refine(
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

/** A tokenizer as its directory describes it. */
export interface TokenizerFiles {
  readonly definition: TokenizerDefinition;
  /** Object of tokenizer.json, or the equivalent object for vocab.txt, in the form that the library reads. */
  readonly json: object;
  readonly config: TokenizerConfig;
  /** File that the tokens come from, for messages. */
  readonly source: string;
}

/**
 * Tokenizer classes that are fully defined by tokenizer.json. The classes of BERT, RoBERTa and related
 * families take some rules from tokenizer_config.json.
 */
const FILE_DECIDES = new Set(['PreTrainedTokenizerFast', 'PreTrainedTokenizer', 'TokenizersBackend']);

/** Names of the files that may define a tokenizer. */
export const TOKENIZER_FILES = ['tokenizer_config.json', 'tokenizer.json', 'vocab.txt'] as const;

/**
 * Reads the tokenizer of a Hugging Face directory: tokenizer.json, or vocab.txt if there is none. As in
 * transformers, tokenizer_config.json overrides tokenizer.json for case, accents and ideographs; absent keys
 * have BERT's defaults.
 *
 * @throws ModelError naming the file that is missing, malformed or not a tokenizer of a known kind.
 */
export async function readTokenizerFiles(directory: string): Promise<TokenizerFiles> {
  const configPath = join(directory, 'tokenizer_config.json');
  const configText = await readOptional(configPath);
  const config = checked(tokenizerConfigSchema, parseJson(configText ?? '{}', configPath), configPath);
  const settings = wordPieceSettings(config);

  const definitionPath = join(directory, 'tokenizer.json');
  const definitionText = await readOptional(definitionPath);
  if (definitionText !== undefined) {
    const json = parseJson(definitionText, definitionPath);
    const { model } = parseDefinition(json, definitionPath);
    const rules = FILE_DECIDES.has(config.tokenizer_class ?? '') ? {} : classSteps(model.type, json, config);
    return describe({ ...json, ...rules }, config, definitionPath);
  }
  const vocabularyPath = join(directory, 'vocab.txt');
  const vocabularyText = await readOptional(vocabularyPath);
  if (vocabularyText === undefined) {
    throw new ModelError('no tokenizer: looked for tokenizer.json and vocab.txt.', {
      subject: directory,
      remedy: 'Copy them from the model you fine-tune.',
    });
  }
  const vocabulary = linesOf(vocabularyText);
  return describe(wordPieceDefinition(vocabulary, settings, vocabularyPath), config, vocabularyPath);
}

/**
 * Steps that a tokenizer class of transformers sets from tokenizer_config.json; they override tokenizer.json.
 */
function classSteps(model: 'WordPiece' | 'BPE' | 'Unigram', json: object, config: TokenizerConfig): object {
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

function describe(json: object, config: TokenizerConfig, source: string): TokenizerFiles {
  return { json, definition: parseDefinition(json, source), config, source };
}

/** Checks the object of a tokenizer.json. Throws a ModelError naming `source` and the first invalid key. */
export function parseDefinition(json: object, source: string): TokenizerDefinition {
  return checked(completeSchema, json, source);
}

function wordPieceSettings(config: TokenizerConfig): WordPieceSettings {
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

async function readOptional(path: string): Promise<string | undefined> {
  try {
    return await readRegularText(path, ModelError);
  } catch (cause) {
    if (cause instanceof ModelError) throw cause;
    if (cause instanceof Error && 'code' in cause && cause.code === 'ENOENT') return undefined;
    const reason = cause instanceof Error ? cause.message : String(cause);
    throw new ModelError(`cannot be read (${reason}).`, { subject: path, cause });
  }
}

const REMEDY = 'Copy it again from the model you fine-tune.';

function parseJson(text: string, path: string): object {
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch (cause) {
    throw new ModelError('is not JSON.', { subject: path, remedy: REMEDY, cause });
  }
  if (typeof value === 'object' && value !== null) return value;
  throw new ModelError('is not a JSON object.', { subject: path, remedy: REMEDY });
}

function checked<S extends z.ZodType>(schema: S, value: object, path: string): z.output<S> {
  const parsed = schema.safeParse(value);
  if (parsed.success) return parsed.data;
  const issue = parsed.error.issues[0];
  throw new ModelError(`${issue.path.map(String).join('.')}: ${issue.message}.`, {
    subject: path,
    remedy: REMEDY,
  });
}
