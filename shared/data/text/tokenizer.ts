import { Tokenizer } from '@huggingface/tokenizers';
import { ConfigError, DataError, ModelError } from '#shared/errors.ts';
import { quoted } from '#shared/quoted.ts';
import { PatternLimit } from './pattern-limit.ts';
import { type Frames, PLAIN_FRAMES } from './post-processor.ts';
import { requireRustIds } from './require-rust-ids.ts';
import { textPipeline } from './text-pipeline.ts';
import { readTokenizerFiles, type TokenizerFiles } from './tokenizer-files.ts';
import { truncateLongestFirst } from './truncate-pair.ts';

/** One encoded row, special tokens included, without padding. */
export interface TokenSequence {
  readonly tokenIds: Int32Array;
  /**
   * Token types, as the post-processor states them. In BERT: 0 on the first text and its special tokens, 1 on
   * the second.
   */
  readonly tokenTypes: Int32Array;
}

/** Turns texts into the token ids of a model. */
export interface TextTokenizer {
  /** One more than the largest token id. */
  readonly vocabularySize: number;
  /** Id of the token that ends a text of a language model; undefined for a tokenizer without one. */
  readonly endTokenId: number | undefined;
  /** The text of tokens, without special tokens. */
  decode(tokenIds: readonly number[]): string;
  /**
   * Encodes a text or a pair into at most `maxTokens` tokens, special tokens included. A pair is truncated
   * longest first. Padding and truncation settings in the tokenizer's files are not applied.
   *
   * @throws ConfigError when `maxTokens` leaves no room for a token besides the special ones; DataError for a
   *   text without a token.
   */
  encode(text: string, pair: string | undefined, maxTokens: number): TokenSequence;
}

/**
 * Loads the tokenizer of a Hugging Face directory (tokenizer.json, or a WordPiece vocab.txt).
 *
 * @throws ModelError naming the file that is missing, malformed or not a tokenizer of a known kind.
 */
export async function loadTextTokenizer(directory: string): Promise<TextTokenizer> {
  return new FileTokenizer(await readTokenizerFiles(directory));
}

class FileTokenizer implements TextTokenizer {
  readonly vocabularySize: number;
  readonly endTokenId: number | undefined;
  readonly #tokenizer: Tokenizer;
  readonly #ids: ReadonlyMap<string, number>;
  /** How special tokens surround a text and a pair of texts. */
  readonly #frames: Frames;
  readonly #source: string;
  readonly #idsOf: (text: string) => readonly number[];
  readonly #textOf: (tokenIds: readonly number[]) => string;

  constructor(files: TokenizerFiles) {
    this.#source = files.source;
    this.#frames = framesOf(files);
    requireRustIds(files);
    this.#tokenizer = construct(files);
    this.#ids = this.#tokenizer.get_vocab(true);
    this.#idsOf = textPipeline(this.#tokenizer, files, (token) => this.#id(token));
    this.#textOf = new PatternLimit(files.source).limited(
      files.definition.decoder,
      (tokenIds: readonly number[]) =>
        this.#tokenizer.decode([...tokenIds], {
          skip_special_tokens: true,
          clean_up_tokenization_spaces: false,
        }),
    );
    let largest = 0;
    for (const id of this.#ids.values()) largest = Math.max(largest, id);
    this.vocabularySize = largest + 1;
    this.endTokenId = files.endToken === undefined ? undefined : this.#ids.get(files.endToken);
  }

  decode(tokenIds: readonly number[]): string {
    return tokenIds.length === 0 ? '' : this.#textOf(tokenIds);
  }

  encode(text: string, pair: string | undefined, maxTokens: number): TokenSequence {
    const first = this.#idsOf(text);
    const second = pair === undefined ? [] : this.#idsOf(pair);
    const frame = pair === undefined ? this.#frames.single : this.#frames.pair;
    const specialCount = frame.reduce((count, part) => count + (part.kind === 'special' ? 1 : 0), 0);
    const budget = maxTokens - specialCount;
    if (budget < 1) {
      throw new ConfigError(
        `${maxTokens} tokens leave no room for text beside the ${specialCount} special ones.`,
        {
          subject: 'maximum length',
          remedy: `Allow at least ${specialCount + 1} tokens.`,
        },
      );
    }
    const kept = truncateLongestFirst(first.length, second.length, budget);
    const lengths = { special: 1, first: kept.first, second: kept.second };
    const length = frame.reduce((sum, { kind }) => sum + lengths[kind], 0);
    if (length === 0) {
      throw new DataError('a text gives no token, and the tokenizer adds none.', {
        subject: this.#source,
        remedy: 'Leave empty texts out of the data.',
      });
    }
    const tokenIds = new Int32Array(length);
    const tokenTypes = new Int32Array(length);
    let end = 0;
    for (const part of frame) {
      const start = end;
      switch (part.kind) {
        case 'special':
          tokenIds[end++] = part.id;
          break;
        case 'first':
          for (let index = 0; index < kept.first; index++) tokenIds[end++] = first[index];
          break;
        case 'second':
          for (let index = 0; index < kept.second; index++) tokenIds[end++] = second[index];
      }
      if (part.type !== 0) tokenTypes.fill(part.type, start, end);
    }
    return { tokenIds, tokenTypes };
  }

  #id(token: string): number {
    // A piece of a Unigram or BPE model that is not in the vocabulary becomes the unknown token.
    const id = this.#ids.get(token) ?? this.#tokenizer.model?.unk_token_id;
    if (id !== undefined) return id;
    throw new ModelError(`the token ${quoted(token)} has no id.`, {
      subject: this.#source,
      remedy: 'Add it to the vocabulary.',
    });
  }
}

/** Post-processors that place special tokens, and ByteLevel, which only corrects offsets. */
const KNOWN = ['TemplateProcessing', 'BertProcessing', 'RobertaProcessing', 'ByteLevel'];

/**
 * The special tokens that a tokenizer's post-processor places around texts. Tokenizers of decoders often
 * place none.
 *
 * @throws ModelError for a post-processor of another type.
 */
function framesOf({ definition, source }: TokenizerFiles): Frames {
  const other = definition.post_processor?.types.find((type) => !KNOWN.includes(type));
  if (other !== undefined) {
    throw new ModelError(`the post-processor ${quoted(other)} is not known.`, {
      subject: source,
      remedy: `Give it one of the types ${KNOWN.join(', ')}.`,
    });
  }
  return definition.post_processor?.frames ?? PLAIN_FRAMES;
}

function construct({ json, config, source }: TokenizerFiles): Tokenizer {
  try {
    return new Tokenizer(json, config);
  } catch (cause) {
    const reason = cause instanceof Error ? cause.message : String(cause);
    const remedy = 'Copy it again from the model you fine-tune.';
    throw new ModelError(`is not a usable tokenizer (${reason}).`, { subject: source, remedy, cause });
  }
}
