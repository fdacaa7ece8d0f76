import { randomPermutation, randomStream } from '#shared/random/random-stream.ts';
import { requireEnoughExamples } from './minimum.ts';

/**
 * Partitions examples evenly at random. Every example goes to exactly one device. Shard sizes differ by at
 * most one (the first devices have the larger shards), and each shard is a uniform sample of all examples.
 *
 * @returns Example indices of each device in ascending order; a pure function of the arguments.
 * @throws ConfigError when there are fewer examples than devices.
 */
export function partitionEvenly(
  seed: number,
  exampleCount: number,
  deviceCount: number,
): readonly Int32Array[] {
  requireEnoughExamples(exampleCount, deviceCount, 1);
  const order = randomPermutation(randomStream(seed, 'partition'), exampleCount);
  return Array.from({ length: deviceCount }, (_, device) => {
    const size = Math.floor(exampleCount / deviceCount) + (device < exampleCount % deviceCount ? 1 : 0);
    const begin =
      device * Math.floor(exampleCount / deviceCount) + Math.min(device, exampleCount % deviceCount);
    return order.slice(begin, begin + size).sort();
  });
}
