/** How many tokens of each text are kept. */
export interface PairLengths {
  readonly first: number;
  readonly second: number;
}

/**
 * Cuts the longer of two texts first until both fit into `budget` tokens, giving exactly the lengths of Hugging
 * Face's `longest_first`: a text shorter than half the budget stays whole; when both have to give, each gets half
 * and an odd token goes to the longer one (to the second when they are equally long).
 */
export function truncateLongestFirst(first: number, second: number, budget: number): PairLengths {
  if (first + second <= budget) return { first, second };
  const smallHalf = Math.floor(budget / 2);
  const shorter = Math.min(first, second, smallHalf);
  const longer = budget - shorter;
  return first > second ? { first: longer, second: shorter } : { first: shorter, second: longer };
}
