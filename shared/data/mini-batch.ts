import { randomPermutation, randomStream } from '#shared/random/random-stream.ts';

/**
 * The rows of a device's shard that form its mini-batch in a round. A pure function of its arguments, so a
 * message that is repeated or arrives out of order trains on the same rows.
 *
 * A device reads its shard as an endless stream of random permutations of the shard, each named by (seed,
 * device, epoch). Round r owns positions r * batchSize .. (r + 1) * batchSize - 1 of the stream, whether or
 * not the device is scheduled in that round; positions of missed rounds are skipped. Within an epoch no row
 * occurs twice. A batch that crosses into the next epoch may repeat a row.
 *
 * @param round Round, from 0.
 * @param shardSize Number of rows in the shard, at least 1.
 * @returns `batchSize` indices into the shard, also when the shard has fewer rows.
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
