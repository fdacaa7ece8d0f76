import type { BatchChunk } from './batch-chunks.ts';

/** How chunks may be put together. */
export interface RunLimits {
  /** Tokens of a run at most, padding included; a larger chunk is a run of its own. */
  readonly maximumTokens: number;
  /** Of the longest chunk's length, the least that another one in the run has. */
  readonly leastLength: number;
}

/**
 * Limits under which no bit of a chunk's results changes on a processor: chunks of one length. Every row of a product is
 * summed in the same order however many rows there are, and where a layer's width is a multiple of the vector registers'
 * no value moves from their whole to their last, differently rounded part. Products with a single row are computed
 * another way, in an order that depends on the number of terms: on the length, where only one token is left.
 */
export const SAME_LENGTH = 1;

/** Where bits may change: chunks of nearly the same length, so that little is padding. */
export const LIKE_LENGTH = 7 / 8;

/**
 * Gathers chunks of one or several batches into runs: what goes through the forward graph at once. What a chunk is made of
 * stays as it was. A chunk of one sequence, of which the last layer may keep a single row, runs alone.
 */
export function chunkRuns<Item extends { readonly chunk: BatchChunk }>(
  items: readonly Item[],
  { maximumTokens, leastLength }: RunLimits,
): readonly (readonly Item[])[] {
  const runs: Item[][] = items.filter(({ chunk }) => chunk.members.length === 1).map((item) => [item]);
  const gathered = items.filter(({ chunk }) => chunk.members.length > 1);
  let run: Item[] = [];
  let members = 0;
  for (const item of gathered.sort((one, other) => other.chunk.tokens - one.chunk.tokens)) {
    const longest = (run[0] ?? item).chunk.tokens;
    members += item.chunk.members.length;
    if (members * longest > maximumTokens || item.chunk.tokens < leastLength * longest) {
      if (run.length > 0) runs.push(run);
      run = [];
      members = item.chunk.members.length;
    }
    run.push(item);
  }
  return run.length === 0 ? runs : [...runs, run];
}

/** Chunks as one, [members of all, tokens of the longest, hidden]; members are numbered through. */
export function joinChunks(chunks: readonly BatchChunk[]): BatchChunk {
  const tokens = Math.max(...chunks.map((chunk) => chunk.tokens));
  const lengths = Int32Array.from(chunks.flatMap((chunk) => [...chunk.lengths]));
  const hidden = chunks[0].embeddings.length / (chunks[0].members.length * chunks[0].tokens);
  const embeddings = new Float32Array(lengths.length * tokens * hidden);
  let row = 0;
  for (const chunk of chunks) {
    const width = chunk.tokens * hidden;
    for (let member = 0; member < chunk.members.length; member++, row++) {
      embeddings.set(chunk.embeddings.subarray(member * width, (member + 1) * width), row * tokens * hidden);
    }
  }
  return { members: [...lengths.keys()], lengths, tokens, embeddings };
}
