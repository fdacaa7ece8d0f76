import type { TextTask } from '#shared/data/task.ts';
import { glueRows } from './glue-rows.ts';

/**
 * MRPC (GLUE): whether two news sentences have the same meaning. Tested on dev.tsv, as is usual for GLUE;
 * without dev.tsv on the labelled test.tsv of the original corpus.
 */
export const MRPC = {
  kind: 'text',
  pairs: true,
  name: 'mrpc',
  labelNames: ['not_equivalent', 'equivalent'],
  files: {
    train: { take: 'first', names: ['train.tsv'] },
    test: { take: 'first', names: ['dev.tsv', 'test.tsv'] },
  },
  read: (path) =>
    glueRows(path, {
      columns: ['Quality', '#1 ID', '#2 ID', '#1 String', '#2 String'],
      textColumn: '#1 String',
      pairColumn: '#2 String',
      labelColumn: 'Quality',
      labels: ['0', '1'],
    }),
} as const satisfies TextTask;
