import { randomPermutation, randomStream } from '#shared/random/random-stream.ts';

/**
 * The rows of a device's shard that make up its mini-batch in a round: a pure function of its arguments, so that a
 * repeated or re-ordered message trains on the same rows.
 *
 * A device reads its shard as an endless stream: one random permutation of the shard after the other, named by
 * (seed, device, epoch). Round r owns positions r * batchSize .. (r + 1) * batchSize - 1 of it, whether or not the
 * device is scheduled in that round; positions of rounds it misses are skipped. Within an epoch no row comes
 * twice; a batch that crosses into the next epoch may repeat a row.
 *
 * @param round Round, from 0.
 * @param shardSize Number of rows in the shard, at least 1.
 * @returns `batchSize` indices into the shard, also when the shard is smaller than that.
 */
export function miniBatch(
  seed: number,
  round: number,
  device: number,
  shardSize: number,
  batchSize: number,
): Int32Array {
  const indices = new Int32Array(batchSize);
  const first = round * batchSize;
  let filled = 0;
  while (filled < batchSize) {
    const epoch = Math.floor((first + filled) / shardSize);
    const position = (first + filled) % shardSize;
    const order = randomPermutation(randomStream(seed, 'batch', device, epoch), shardSize);
    const taken = order.subarray(position, position + batchSize - filled);
    indices.set(taken, filled);
    filled += taken.length;
  }
  return indices;
}
