import { randomPermutation, randomStream } from '#shared/random/random-stream.ts';
import type { DirichletPartition } from './dirichlet.ts';
import { dirichletSample } from './gamma.ts';
import { raiseToMinimum, requireEnoughExamples } from './minimum.ts';

/**
 * Partitions examples unevenly by quantity (Li et al. 2022): the devices' shares of all examples are drawn
 * from a symmetric Dirichlet(alpha), and each device has a uniform sample of that size. Every example goes to
 * exactly one device.
 *
 * @returns Example indices of each device in ascending order; a pure function of the arguments.
 * @throws ConfigError when there are too few examples for the minimum.
 */
export function partitionByQuantity(
  seed: number,
  exampleCount: number,
  { alpha, deviceCount, minimumExamples }: DirichletPartition,
): readonly Int32Array[] {
  requireEnoughExamples(exampleCount, deviceCount, minimumExamples);
  const stream = randomStream(seed, 'partition', 3);
  const shares = dirichletSample(stream, alpha, deviceCount);
  const order = randomPermutation(stream, exampleCount);
  let share = 0;
  let begin = 0;
  const shards = Array.from(shares, (deviceShare, device): number[] => {
    // The running sum is rounded, not each share, so that the parts add up exactly.
    share += deviceShare;
    const isLast = device === deviceCount - 1;
    const end = isLast ? exampleCount : Math.min(exampleCount, Math.round(share * exampleCount));
    const shard = [...order.subarray(begin, end)];
    begin = end;
    return shard;
  });
  raiseToMinimum(shards, minimumExamples, stream);
  return shards.map((shard) => Int32Array.from(shard).sort());
}
