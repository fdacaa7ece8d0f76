import { randomPermutation, randomStream } from '#shared/random/random-stream.ts';
import { dirichletSample } from './gamma.ts';
import { raiseToMinimum, requireEnoughExamples } from './minimum.ts';

export interface DirichletPartition {
  /**
   * Concentration: a large value gives every device a similar class mix; a small one gives each device few
   * classes.
   */
  readonly alpha: number;
  readonly deviceCount: number;
  /** Minimum number of examples of each device; examples are moved to reach it. */
  readonly minimumExamples: number;
}

/**
 * Partitions examples unevenly by label, as is usual in federated learning (Hsu et al. 2019, Li et al. 2022):
 * for each class, the devices' shares of its examples are drawn from a symmetric Dirichlet(alpha). Every
 * example goes to exactly one device.
 *
 * @param labels Class index of each example.
 * @returns Example indices of each device in ascending order; a pure function of the arguments.
 * @throws ConfigError when there are too few examples for the minimum.
 */
export function partitionByLabel(
  seed: number,
  labels: Int32Array,
  { alpha, deviceCount, minimumExamples }: DirichletPartition,
): readonly Int32Array[] {
  requireEnoughExamples(labels.length, deviceCount, minimumExamples);
  const shards: number[][] = Array.from({ length: deviceCount }, () => []);
  const classCount = labels.reduce((count, label) => Math.max(count, label + 1), 0);
  for (let label = 0; label < classCount; label++) {
    const stream = randomStream(seed, 'partition', 1, label);
    const shares = dirichletSample(stream, alpha, deviceCount);
    const members = indicesOf(labels, label);
    const order = randomPermutation(stream, members.length);
    let share = 0;
    let begin = 0;
    shares.forEach((deviceShare, device) => {
      // The running sum is rounded, not each share, so that the parts add up exactly to the class.
      share += deviceShare;
      const end =
        device === deviceCount - 1
          ? members.length
          : Math.min(members.length, Math.round(share * members.length));
      for (const position of order.subarray(begin, end)) shards[device].push(members[position]);
      begin = end;
    });
  }
  raiseToMinimum(shards, minimumExamples, randomStream(seed, 'partition', 2));
  return shards.map((shard) => Int32Array.from(shard).sort());
}

function indicesOf(labels: Int32Array, label: number): Int32Array {
  const found: number[] = [];
  labels.forEach((candidate, index) => {
    if (candidate === label) found.push(index);
  });
  return Int32Array.from(found);
}
