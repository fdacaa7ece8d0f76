import type { RunConfig } from '#shared/config/run-config.ts';
import { exampleCount } from '#shared/data/example-set.ts';
import { partitionByGroup } from '#shared/data/partition/by-group.ts';
import { partitionByQuantity } from '#shared/data/partition/by-quantity.ts';
import { partitionByLabel } from '#shared/data/partition/dirichlet.ts';
import { partitionEvenly } from '#shared/data/partition/even.ts';
import { ConfigError } from '#shared/errors.ts';
import type { TaskExamples } from './load-examples.ts';

/** Indices of each device's training examples, by the run's partition. */
export function dealOut(
  { data: { partition, task }, training: { devices: deviceCount }, seed }: RunConfig,
  { train, groups }: TaskExamples,
): readonly Int32Array[] {
  switch (partition.kind) {
    case 'even':
      return partitionEvenly(seed, exampleCount(train), deviceCount);
    case 'dirichlet':
      if (train.scores !== undefined) {
        throw new ConfigError('is dirichlet, which needs labels; the data has scores.', {
          subject: 'data.partition.kind',
          remedy: 'Use even, quantity or column.',
        });
      }
      return partitionByLabel(seed, train.labels, {
        alpha: partition.alpha,
        deviceCount,
        minimumExamples: 1,
      });
    case 'quantity':
      return partitionByQuantity(seed, exampleCount(train), {
        alpha: partition.alpha,
        deviceCount,
        minimumExamples: 1,
      });
    case 'column':
      if (groups !== undefined) return partitionByGroup(groups, partition.column, deviceCount);
      throw new ConfigError(`the data of task ${task} has no column ${partition.column}.`, {
        subject: 'data.partition',
        remedy: 'Use it with --task text.',
      });
  }
}
