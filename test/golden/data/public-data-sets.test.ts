import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { openDataset } from '#shared/data/dataset.ts';
import type { Split } from '#shared/data/task.ts';
import { findTask, type TaskName } from '#shared/data/task-registry.ts';
import { dataFolder } from '#test/support/reference-data.ts';

const data = dataFolder();

async function labelCounts(task: TaskName, split: Split): Promise<number[]> {
  const dataset = await openDataset(findTask(task), join(data ?? '', task));
  const counts = new Array<number>(dataset.task.labelNames.length).fill(0);
  for await (const { label } of dataset.examples(split)) counts[label]++;
  return counts;
}

const total = (counts: readonly number[]) => counts.reduce((sum, count) => sum + count, 0);

describe.skipIf(data === undefined)('public data sets are read whole', () => {
  it.each([
    ['sst2', 'train', 67_349],
    ['sst2', 'test', 872],
    ['mrpc', 'train', 3_668],
    ['mrpc', 'test', 408],
    ['qnli', 'train', 12_096],
    ['qnli', 'test', 5_463],
  ] as const)('%s %s has %i rows with both labels', async (task, split, rows) => {
    const counts = await labelCounts(task, split);
    expect(total(counts)).toBe(rows);
    expect(Math.min(...counts)).toBeGreaterThan(0.25 * rows);
  });

  it('cifar10 test has 1,000 images of each class', async () => {
    expect(await labelCounts('cifar10', 'test')).toEqual(new Array(10).fill(1000));
  });
});
