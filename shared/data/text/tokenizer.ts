import { Tokenizer } from '@huggingface/tokenizers';
import { ConfigError, DataError, ModelError } from '#shared/errors.ts';
import { quoted } from '#shared/quoted.ts';
import { requireRustIds } from './require-rust-ids.ts';
import { textPipeline } from './text-pipeline.ts';
import { readTokenizerFiles, type TokenizerFiles } from './tokenizer-files.ts';
import { truncateLongestFirst } from './truncate-pair.ts';

/** One encoded row, special tokens included, without padding. */
export interface TokenSequence {
  readonly tokenIds: Int32Array;
  /** Token types: 0 on the first text and its special tokens, 1 on the second. */
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

/** Stand for the two texts when the frame of special tokens is found. */
const FIRST = '\u0000first';
const SECOND = '\u0000second';

/** One place of an encoded row: a special token, or the tokens of a text; and their token type. */
type FramePart =
  | { readonly kind: 'special'; readonly type: number; readonly id: number }
  | { readonly kind: 'first' | 'second'; readonly type: number };

interface JoinedTokens {
  readonly tokens: readonly string[];
  readonly token_type_ids?: readonly number[];
}

class FileTokenizer implements TextTokenizer {
  readonly vocabularySize: number;
  readonly endTokenId: number | undefined;
  readonly #tokenizer: Tokenizer;
  readonly #ids: ReadonlyMap<string, number>;
  /** How special tokens surround a text and a pair of texts; each is found when it is first needed. */
  readonly #frames = new Map<boolean, readonly FramePart[]>();
  readonly #source: string;
  readonly #hasTypes: boolean;
  /** Whether special tokens are placed around texts. */
  readonly #hasTemplate: boolean;
  readonly #idsOf: (text: string) => readonly number[];

  constructor(files: TokenizerFiles) {
    this.#source = files.source;
    this.#hasTypes = files.definition.post_processor?.types.includes('RobertaProcessing') !== true;
    this.#hasTemplate = hasTemplate(files);
    requireRustIds(files);
    this.#tokenizer = construct(files);
    this.#ids = this.#tokenizer.get_vocab(true);
    this.#idsOf = textPipeline(this.#tokenizer, files.definition, (token) => this.#id(token));
    let largest = 0;
    for (const id of this.#ids.values()) largest = Math.max(largest, id);
    this.vocabularySize = largest + 1;
    this.endTokenId = files.endToken === undefined ? undefined : this.#ids.get(files.endToken);
  }

  decode(tokenIds: readonly number[]): string {
    if (tokenIds.length === 0) return '';
    return this.#tokenizer.decode([...tokenIds], {
      skip_special_tokens: true,
      clean_up_tokenization_spaces: false,
    });
  }

  encode(text: string, pair: string | undefined, maxTokens: number): TokenSequence {
    const first = this.#idsOf(text);
    const second = pair === undefined ? [] : this.#idsOf(pair);
    const frame = this.#frameOf(pair !== undefined);
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

  #frameOf(isPair: boolean): readonly FramePart[] {
    const known = this.#frames.get(isPair);
    if (known !== undefined) return known;
    const frame = this.#findFrame(isPair);
    this.#frames.set(isPair, frame);
    return frame;
  }

  /** Finds where the library puts special tokens, by two texts of one token that no vocabulary has. */
  #findFrame(isPair: boolean): readonly FramePart[] {
    const texts = isPair ? [FIRST, SECOND] : [FIRST];
    const { post_processor: postProcessor } = this.#tokenizer;
    // Tokenizers of decoders may add no token, and then say no types.
    const joined: JoinedTokens | undefined = this.#hasTemplate
      ? postProcessor?.post_process([FIRST], isPair ? [SECOND] : null, true)
      : undefined;
    const { tokens, token_type_ids: types }: JoinedTokens = joined ?? { tokens: texts };
    return tokens.map((token, index) => {
      // The library gives the texts of a pair different types; RoBERTa's tokenizers do not.
      const type = this.#hasTypes ? (types?.[index] ?? 0) : 0;
      if (token === FIRST) return { kind: 'first', type };
      if (token === SECOND) return { kind: 'second', type };
      return { kind: 'special', type, id: this.#id(token) };
    });
  }

  #id(token: string): number {
    // Pieces of a Unigram or BPE model without an own token become its unknown token.
    const id = this.#ids.get(token) ?? this.#tokenizer.model?.unk_token_id;
    if (id !== undefined) return id;
    throw new ModelError(`the token ${quoted(token)} has no id.`, {
      subject: this.#source,
      remedy: 'Add it to the vocabulary.',
    });
  }
}

/** Post-processors that place special tokens. */
const TEMPLATES = ['TemplateProcessing', 'BertProcessing', 'RobertaProcessing'];

/**
 * Whether a tokenizer's post-processor places special tokens. Those of decoders often have none, or one that
 * only corrects offsets.
 *
 * @throws ModelError for a post-processor of another type.
 */
function hasTemplate({ definition, source }: TokenizerFiles): boolean {
  const types = definition.post_processor?.types.filter((type) => type !== 'ByteLevel') ?? [];
  const other = types.find((type) => !TEMPLATES.includes(type));
  if (other !== undefined) {
    throw new ModelError(`the post-processor ${quoted(other)} is not known.`, {
      subject: source,
      remedy: `Give it one of the types ${TEMPLATES.join(', ')}, ByteLevel.`,
    });
  }
  return types.length > 0;
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
