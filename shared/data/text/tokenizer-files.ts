import { join } from 'node:path';
import * as z from 'zod';
import { ModelError } from '#shared/errors.ts';
import { requireValid } from '#shared/model/hugging-face/require-valid.ts';
import { readRegularText } from '#shared/read-file.ts';
import { linesOf } from '#shared/text-file.ts';
import { classSteps, FILE_DECIDES, wordPieceSettings } from './tokenizer-class.ts';
import {
  completeSchema,
  specialToken,
  type TokenizerConfig,
  type TokenizerDefinition,
  tokenizerConfigSchema,
} from './tokenizer-schema.ts';
import { wordPieceDefinition } from './wordpiece-definition.ts';

/** A tokenizer as its directory describes it. */
export interface TokenizerFiles {
  readonly definition: TokenizerDefinition;
  /** Object of tokenizer.json, or the equivalent object for vocab.txt, in the form that the library reads. */
  readonly json: object;
  readonly config: TokenizerConfig;
  /** The token that ends a text of a language model; undefined if no file names one. */
  readonly endToken: string | undefined;
  /** File that the tokens come from, for messages. */
  readonly source: string;
}

/** Names of the files that may define a tokenizer. */
export const TOKENIZER_FILES = ['tokenizer_config.json', 'tokenizer.json', 'vocab.txt'] as const;

/**
 * Reads the tokenizer of a Hugging Face directory: tokenizer.json, or vocab.txt if there is none. As in
 * transformers, tokenizer_config.json overrides some steps of tokenizer.json (see `classSteps`), except for
 * the classes in `FILE_DECIDES`. Its absent keys have the defaults of the class, for vocab.txt those of BERT.
 *
 * @throws ModelError naming the file that is missing, malformed or not a tokenizer of a known kind.
 */
export async function readTokenizerFiles(directory: string): Promise<TokenizerFiles> {
  const configPath = join(directory, 'tokenizer_config.json');
  const configText = await readOptional(configPath);
  const config = requireValid(
    tokenizerConfigSchema,
    parseJson(configText ?? '{}', configPath),
    configPath,
    REMEDY,
  );
  const settings = wordPieceSettings(config);

  const definitionPath = join(directory, 'tokenizer.json');
  const definitionText = await readOptional(definitionPath);
  if (definitionText !== undefined) {
    const json = parseJson(definitionText, definitionPath);
    const { model } = parseDefinition(json, definitionPath);
    const rules = FILE_DECIDES.has(config.tokenizer_class ?? '') ? {} : classSteps(model.type, json, config);
    return describe({ ...json, ...rules }, config, await endTokenOf(directory, config), definitionPath);
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
  const definition = wordPieceDefinition(vocabulary, settings, vocabularyPath);
  return describe(definition, config, await endTokenOf(directory, config), vocabularyPath);
}

function describe(
  json: object,
  config: TokenizerConfig,
  endToken: string | undefined,
  source: string,
): TokenizerFiles {
  return { json, definition: parseDefinition(json, source), config, endToken, source };
}

const specialTokensSchema = z.looseObject({ eos_token: specialToken.nullish() });

/** The end token that tokenizer_config.json names, or else the one that special_tokens_map.json names. */
async function endTokenOf(directory: string, config: TokenizerConfig): Promise<string | undefined> {
  const path = join(directory, 'special_tokens_map.json');
  const text = config.eos_token ? undefined : await readOptional(path);
  const token =
    text === undefined
      ? config.eos_token
      : requireValid(specialTokensSchema, parseJson(text, path), path, REMEDY).eos_token;
  return typeof token === 'object' ? token?.content : token;
}

/** Checks the object of a tokenizer.json. Throws a ModelError naming `source` and the first invalid key. */
export function parseDefinition(json: object, source: string): TokenizerDefinition {
  return requireValid(completeSchema, json, source, REMEDY);
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
