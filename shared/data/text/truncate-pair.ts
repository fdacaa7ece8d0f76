/** Number of tokens that are kept of each text. */
export interface PairLengths {
  readonly first: number;
  readonly second: number;
}

/**
 * Truncates the longer of two texts first until both fit into `budget` tokens. The lengths equal those of
 * Hugging Face's `longest_first`: a text shorter than half the budget is kept in full. When both are
 * truncated, each gets half; an odd token goes to the longer one (to the second if they are equally long).
 */
export function truncateLongestFirst(first: number, second: number, budget: number): PairLengths {
  if (first + second <= budget) return { first, second };
  const smallHalf = Math.floor(budget / 2);
  const shorter = Math.min(first, second, smallHalf);
  const longer = budget - shorter;
  return first > second ? { first: longer, second: shorter } : { first: shorter, second: longer };
}
