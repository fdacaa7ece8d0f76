import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import * as z from 'zod';
import { ModelError } from '#shared/errors.ts';
import { type WordPieceSettings, wordPieceDefinition } from './wordpiece-definition.ts';

const specialToken = z.union([z.string(), z.looseObject({ content: z.string() })]);

/** The keys of tokenizer_config.json that matter here; a directory may have none of them, or no such file. */
const tokenizerConfigSchema = z.looseObject({
  do_lower_case: z.boolean().optional(),
  strip_accents: z.boolean().nullish(),
  tokenize_chinese_chars: z.boolean().optional(),
  unk_token: specialToken.nullish(),
  sep_token: specialToken.nullish(),
  pad_token: specialToken.nullish(),
  cls_token: specialToken.nullish(),
  mask_token: specialToken.nullish(),
});

const definitionSchema = z.looseObject({
  model: z.looseObject({
    type: z.literal('WordPiece', { error: 'the model is not WordPiece' }),
    unk_token: z.string(),
    vocab: z.record(z.string(), z.int().nonnegative()),
  }),
});

/** A tokenizer as its directory describes it, checked as far as WordPiece tokenising relies on it. */
export interface TokenizerFiles {
  /** The object of tokenizer.json, or the one vocab.txt stands for. */
  readonly definition: z.output<typeof definitionSchema>;
  readonly config: z.output<typeof tokenizerConfigSchema>;
  readonly paddingToken: string;
  /** The file the tokens come from, for messages. */
  readonly source: string;
}

/**
 * Reads a Hugging Face directory's tokenizer: tokenizer.json, or where there is none vocab.txt with
 * tokenizer_config.json (BERT's defaults without the latter).
 *
 * @throws ModelError naming the file that is missing, malformed or not a WordPiece tokenizer.
 */
export async function readTokenizerFiles(directory: string): Promise<TokenizerFiles> {
  const configPath = join(directory, 'tokenizer_config.json');
  const configText = await readOptional(configPath);
  const config = parseJson(tokenizerConfigSchema, configText ?? '{}', configPath);
  const settings = wordPieceSettings(config);
  const paddingToken = settings.specialTokens.padding;

  const definitionPath = join(directory, 'tokenizer.json');
  const definitionText = await readOptional(definitionPath);
  if (definitionText !== undefined) {
    const definition = parseJson(definitionSchema, definitionText, definitionPath);
    return { definition, config, paddingToken, source: definitionPath };
  }
  const vocabularyPath = join(directory, 'vocab.txt');
  const vocabularyText = await readOptional(vocabularyPath);
  if (vocabularyText === undefined) {
    throw new ModelError('no tokenizer: looked for tokenizer.json and vocab.txt.', {
      subject: directory,
      remedy: 'Copy them from the model you fine-tune.',
    });
  }
  const vocabulary = vocabularyText.replace(/\r?\n$/, '').split(/\r?\n/);
  const definition = wordPieceDefinition(vocabulary, settings, vocabularyPath);
  return { definition, config, paddingToken, source: vocabularyPath };
}

function wordPieceSettings(config: z.output<typeof tokenizerConfigSchema>): WordPieceSettings {
  const content = (token: z.output<typeof specialToken> | null | undefined, standard: string) =>
    typeof token === 'object' ? (token?.content ?? standard) : (token ?? standard);
  return {
    lowercase: config.do_lower_case ?? true,
    stripAccents: config.strip_accents ?? undefined,
    splitChineseCharacters: config.tokenize_chinese_chars ?? true,
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
    return await readFile(path, 'utf8');
  } catch (cause) {
    if (cause instanceof Error && 'code' in cause && cause.code === 'ENOENT') return undefined;
    const reason = cause instanceof Error ? cause.message : String(cause);
    throw new ModelError(`cannot be read (${reason}).`, { subject: path, cause });
  }
}

function parseJson<S extends z.ZodType>(schema: S, text: string, path: string): z.output<S> {
  const remedy = 'Copy it again from the model you fine-tune.';
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch (cause) {
    throw new ModelError('is not JSON.', { subject: path, remedy, cause });
  }
  const parsed = schema.safeParse(value);
  if (parsed.success) return parsed.data;
  const issue = parsed.error.issues[0];
  throw new ModelError(`${issue.path.map(String).join('.')}: ${issue.message}.`, { subject: path, remedy });
}
