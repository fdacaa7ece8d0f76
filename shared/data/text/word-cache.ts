/**
 * Maximum number of cached words, more than a usual data set has; numbers and misspellings count too. The
 * cache is cleared when it is full.
 */
const MOST_WORDS = 200_000;

/**
 * Caches a tokenizer's result for each word: a data set has a hundred times more words than different
 * words. Only for tokenizers in which the tokens of a word do not depend on the text beyond a blank.
 */
export function byWord<Token>(tokensOf: (text: string) => readonly Token[]): typeof tokensOf {
  const known = new Map<string, readonly Token[]>();
  return (text) => {
    const all: Token[] = [];
    for (const word of text.split(' ')) {
      let tokens = known.get(word);
      if (tokens === undefined) {
        tokens = tokensOf(word);
        if (known.size === MOST_WORDS) known.clear();
        known.set(word, tokens);
      }
      for (const token of tokens) all.push(token);
    }
    return all;
  };
}
