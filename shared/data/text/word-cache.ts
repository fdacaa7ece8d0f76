/** More words than a data set has, of which some are numbers and misspellings; then the cache starts anew. */
const MOST_WORDS = 200_000;

/**
 * A tokenizer's tokens of a text, each word's worked out once: a data set has a hundred times as many words as different
 * ones. Only for tokenizers whose tokens do not depend on what stands beyond a blank.
 */
export function tokensByWord(tokensOf: (text: string) => readonly string[]): typeof tokensOf {
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
