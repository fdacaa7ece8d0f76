import type { TextTask } from '#shared/data/task.ts';
import { glueRows } from './glue-rows.ts';

/** QNLI (GLUE): whether a sentence contains the answer to a question. Tested on dev.tsv. */
export const QNLI = {
  kind: 'text',
  pairs: true,
  name: 'qnli',
  labelNames: ['entailment', 'not_entailment'],
  files: {
    train: { take: 'first', names: ['train.tsv', 'train_subset.tsv'] },
    test: { take: 'first', names: ['dev.tsv'] },
  },
  read: (path) =>
    glueRows(path, {
      columns: ['index', 'question', 'sentence', 'label'],
      textColumn: 'question',
      pairColumn: 'sentence',
      labelColumn: 'label',
      labels: ['entailment', 'not_entailment'],
    }),
} as const satisfies TextTask;
