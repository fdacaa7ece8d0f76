import * as z from 'zod';

/** Limit of token ids, larger than any vocabulary: the largest id sizes arrays and embeddings. */
export const MOST_TOKENS = 10_000_000;

export const tokenId = z.int().nonnegative().max(MOST_TOKENS);
