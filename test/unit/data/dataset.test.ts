import { describe, expect, it } from 'vitest';
import { openDataset } from '#shared/data/dataset.ts';
import { findTask, TASK_NAMES, TASKS } from '#shared/data/task-registry.ts';
import { ConfigError, DataError } from '#shared/errors.ts';
import { collect } from '#test/support/collect.ts';
import { scratchFolder } from '#test/support/scratch-folder.ts';
import { thrownLine } from '#test/support/thrown.ts';

const SST2_ROWS = 'sentence\tlabel\ngood\t1\n';
const QNLI_ROWS = 'index\tquestion\tsentence\tlabel\n0\tWho?\tHe.\tentailment\n';

function cifarImage(label: number): Uint8Array {
  const bytes = new Uint8Array(3073);
  bytes[0] = label;
  return bytes;
}

describe('task registry', () => {
  it('lists every task under its own name', () => {
    expect(new Set(TASK_NAMES).size).toBe(TASKS.length);
    for (const task of TASKS) expect(findTask(task.name)).toBe(task);
  });

  it('knows the number of classes of each task', () => {
    expect(TASK_NAMES.map((name) => findTask(name).labelNames.length)).toEqual([2, 2, 2, 10]);
  });

  it('names the known tasks when asked for another', () => {
    expect(() => findTask('cola')).toThrow(ConfigError);
    expect(() => findTask('toString')).toThrow(ConfigError);
    expect(thrownLine(() => findTask('sst'))).toContain('Did you mean sst2?');
  });
});

describe('openDataset', () => {
  it('reads train and test splits from their files', async () => {
    const directory = scratchFolder({ 'train.tsv': SST2_ROWS, 'dev.tsv': 'sentence\tlabel\nbad\t0\n' });
    const dataset = await openDataset(findTask('sst2'), directory);
    expect(await collect<unknown>(dataset.examples('train'))).toEqual([{ text: 'good', label: 1 }]);
    expect(await collect<unknown>(dataset.examples('test'))).toEqual([{ text: 'bad', label: 0 }]);
  });

  it('reads a split again at each call', async () => {
    const directory = scratchFolder({ 'train.tsv': SST2_ROWS, 'dev.tsv': SST2_ROWS });
    const dataset = await openDataset(findTask('sst2'), directory);
    const first = await collect<unknown>(dataset.examples('train'));
    expect(await collect<unknown>(dataset.examples('train'))).toEqual(first);
  });

  it('takes the first alternative that is there', async () => {
    const subset = await openDataset(
      findTask('qnli'),
      scratchFolder({ 'train_subset.tsv': QNLI_ROWS, 'dev.tsv': QNLI_ROWS }),
    );
    expect(subset.files.train).toHaveLength(1);
    expect(subset.files.train[0]).toMatch(/train_subset\.tsv$/);
  });

  it('joins all parts that are there, in order', async () => {
    const directory = scratchFolder({
      'data_batch_5.bin': cifarImage(5),
      'data_batch_2.bin': cifarImage(2),
      'test_batch.bin': cifarImage(7),
    });
    const dataset = await openDataset(findTask('cifar10'), directory);
    const labels: number[] = [];
    for await (const example of dataset.examples('train')) labels.push(example.label);
    expect(labels).toEqual([2, 5]);
  });

  it('names the files it looked for when a split has none', async () => {
    const directory = scratchFolder({ 'train.tsv': SST2_ROWS });
    const error: unknown = await openDataset(findTask('sst2'), directory).catch((cause: unknown) => cause);
    if (!(error instanceof DataError)) throw new Error(`expected a DataError, got ${error}`);
    expect(error.line).toContain(directory);
    expect(error.line).toMatch(/no test file of sst2: looked for dev\.tsv/);
  });
});
