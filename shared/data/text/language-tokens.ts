import { DataError, ModelError } from '#shared/errors.ts';
import type { TextTokenizer, TokenSequence } from './tokenizer.ts';

/** Token types of a language task: tokens that are given, and tokens whose prediction counts in the loss. */
export const GIVEN = 0;
export const PREDICTED = 1;

/** Encodes the texts of a language task. Each text ends with the tokenizer's end token. */
export class LanguageTokens {
  readonly #tokenizer: TextTokenizer;
  readonly #end: number;

  /**
   * @param source Name of the tokenizer in errors.
   * @throws ModelError for a tokenizer without an end token.
   */
  constructor(tokenizer: TextTokenizer, source: string) {
    if (tokenizer.endTokenId === undefined) {
      throw new ModelError('the tokenizer has no end token.', {
        subject: source,
        remedy: 'Name it as eos_token in tokenizer_config.json; it must be in the vocabulary.',
      });
    }
    this.#tokenizer = tokenizer;
    this.#end = tokenizer.endTokenId;
  }

  /**
   * Tokens of a prompt, with the special tokens that the tokenizer puts before a text, without an end token.
   */
  prompt(text: string): Int32Array {
    const { tokenIds } = this.#tokenizer.encode(text, undefined, Number.MAX_SAFE_INTEGER);
    return tokenIds.at(-1) === this.#end ? tokenIds.slice(0, -1) : tokenIds;
  }

  /** Encodes a text, all of whose tokens are predicted. */
  text(text: string): TokenSequence {
    const tokenIds = Int32Array.of(...this.prompt(text), this.#end);
    return { tokenIds, tokenTypes: new Int32Array(tokenIds.length).fill(PREDICTED) };
  }

  /**
   * Encodes a prompt and the completion to predict, truncated to `maxTokens`. Both are encoded as one text.
   * Its first n tokens count as the prompt, where n is the number of tokens of the prompt alone.
   *
   * @throws DataError naming `place` when the prompt leaves no room for a token of the completion.
   */
  completion(prompt: string, completion: string, maxTokens: number, place: string): TokenSequence {
    const given = this.prompt(prompt).length;
    const tokenIds = Int32Array.of(...this.prompt(`${prompt}${completion}`), this.#end).slice(0, maxTokens);
    if (given >= tokenIds.length) {
      throw new DataError(`the prompt has ${given} tokens, which leave none of ${maxTokens} to predict.`, {
        subject: place,
        remedy: 'Raise data.maxTokens, shorten the prompt, or leave the row out.',
      });
    }
    return {
      tokenIds,
      tokenTypes: new Int32Array(tokenIds.length).fill(GIVEN, 0, given).fill(PREDICTED, given),
    };
  }
}
