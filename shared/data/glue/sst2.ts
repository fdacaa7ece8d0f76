import type { TextTask } from '#shared/data/task.ts';
import { glueRows } from './glue-rows.ts';

/**
 * SST-2 (GLUE): whether the sentiment of a phrase from a film review is negative or positive. Tested on
 * dev.tsv.
 */
export const SST2 = {
  kind: 'text',
  pairs: false,
  name: 'sst2',
  labelNames: ['negative', 'positive'],
  files: {
    train: { take: 'first', names: ['train.tsv'] },
    test: { take: 'first', names: ['dev.tsv'] },
  },
  read: (path) =>
    glueRows(path, {
      columns: ['sentence', 'label'],
      textColumn: 'sentence',
      labelColumn: 'label',
      labels: ['0', '1'],
    }),
} as const satisfies TextTask;
