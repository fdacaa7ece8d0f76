import type { Tokenizer } from '@huggingface/tokenizers';
import * as z from 'zod';

/** What of a tokenizer.json tells whether a text may be cut at its spaces. */
const bertSchema = z.object({
  normalizer: z.object({ type: z.literal('BertNormalizer') }),
  pre_tokenizer: z.object({ type: z.literal('BertPreTokenizer') }),
  added_tokens: z
    .array(
      z.object({
        content: z.string().regex(/^\S*$/),
        lstrip: z.literal(false).optional(),
        rstrip: z.literal(false).optional(),
        single_word: z.literal(false).optional(),
      }),
    )
    .optional(),
});

/** More words than a data set has, of which some are numbers and misspellings; then the cache starts anew. */
const MOST_WORDS = 200_000;

/**
 * A tokenizer's tokens of a text, each word's worked out once: a data set has a hundred times as many words as different
 * ones. Where BERT's rules hold no token depends on what stands beyond a space; elsewhere texts are tokenised whole.
 *
 * @param definition The tokenizer.json that the tokenizer was made of.
 */
export function tokensByWord(tokenizer: Tokenizer, definition: unknown): (text: string) => readonly string[] {
  const tokensOf = (text: string): readonly string[] => tokenizer.tokenize(text);
  if (!bertSchema.safeParse(definition).success) return tokensOf;
  const known = new Map<string, readonly string[]>();
  return (text) =>
    text.split(' ').flatMap((word) => {
      let tokens = known.get(word);
      if (tokens === undefined) {
        tokens = tokensOf(word);
        if (known.size === MOST_WORDS) known.clear();
        known.set(word, tokens);
      }
      return tokens;
    });
}
