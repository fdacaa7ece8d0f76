import * as z from 'zod';
import { hubOriginSetting } from '#shared/model/settings.ts';
import { DEFAULT_TIMEOUT_SECONDS, timeoutSetting } from '#shared/plugins/named-plugin.ts';
import { pluginSettings } from '#shared/plugins/plugin-record.ts';
import { moduleReference } from '#shared/plugins/plugin-reference-schema.ts';
import { TASK_NAMES } from './task-registry.ts';

const kind = 'how training data is distributed over devices';

/** Maximum number of tokens of a text, for runs and studies. */
export const maxTokensSetting = z
  .int()
  .positive()
  .max(100_000)
  .default(64)
  .describe('longer texts are truncated; also the length their payloads are sized for');

const column = z.string().min(1).max(1000);
const places = z.array(z.string().min(1)).min(1).max(10_000);

const concentration = (of: string) => z.number().min(1e-6).max(1e6).describe(of);

/** Tasks on the user's own data; the settings name its files and columns, and its labels are read from it. */
export const OWN_TASK_NAMES = ['text', 'images', 'causal-lm', 'instruction'] as const;

/** The task, its data, and the partition of the training data over the devices. */
export const dataSettings = z.strictObject({
  task: z
    .enum([...TASK_NAMES, ...OWN_TASK_NAMES])
    .default('sst2')
    .describe(
      'layout and labels of the data; text for tables of your own, images for folders of images, causal-lm and instruction for language models',
    ),
  directory: z.string().min(1).describe("folder with the task's files; for text also one table file"),
  files: z
    .strictObject({
      train: places.optional().describe('table files of the training rows, in place of the directory'),
      test: places.optional().describe('table files of the test rows'),
    })
    .optional(),
  columns: z
    .strictObject({
      text: column.optional().describe('column of the texts; text if not given'),
      image: column
        .optional()
        .describe('column of the images, bytes or paths, with --task images; image or img if not given'),
      pair: column.optional().describe('column of the second texts of sentence pairs'),
      label: column.optional().describe('column of the labels; label if not given'),
      score: column.optional().describe('column of the scores of a regression, in place of labels'),
      prompt: column.optional().describe('column of the prompts of task instruction; prompt if not given'),
      completion: column
        .optional()
        .describe('column of the completions of task instruction; completion if not given'),
      split: column.optional().describe('column that says train, test or validation'),
    })
    .optional(),
  reader: moduleReference
    .optional()
    .describe('a reader of your own for --task text or images: a .ts or .js file, a package'),
  readerSettings: pluginSettings
    .optional()
    .describe('the settings of a reader of your own, as its schema says'),
  readerTimeoutSeconds: timeoutSetting
    .optional()
    .describe(`time limit of a reader of your own for an example; ${DEFAULT_TIMEOUT_SECONDS} where left out`),
  hub: hubOriginSetting
    .optional()
    .describe('where the directory came from; filled in when --data names a data set on a hub'),
  subset: z
    .string()
    .min(1)
    .max(200)
    .optional()
    .describe('subset of a data set on a hub: the folder of its tables'),
  testFraction: z
    .number()
    .gt(0)
    .lt(1)
    .optional()
    .describe('fraction of the rows to test on, where nothing names test rows; 0.1 if not given'),
  maxTokens: maxTokensSetting,
  packing: z
    .boolean()
    .optional()
    .describe(
      'whether the texts of task causal-lm are joined and cut into examples of maxTokens tokens; true if not given',
    ),
  trainExamples: z.int().positive().optional().describe('use only this many training examples'),
  testExamples: z.int().positive().optional().describe('use only this many test examples'),
  partition: z
    .discriminatedUnion('kind', [
      z.strictObject({ kind: z.literal('even').describe(kind) }),
      z.strictObject({
        kind: z.literal('dirichlet').describe(kind),
        alpha: concentration('Dirichlet concentration; smaller is more uneven'),
      }),
      z.strictObject({
        kind: z.literal('quantity').describe(kind),
        alpha: concentration('Dirichlet concentration; smaller is more uneven'),
      }),
      z.strictObject({
        kind: z.literal('column').describe(kind),
        column: column.describe('column of a table; each of its values is one device'),
      }),
    ])
    .default({ kind: 'even' }),
});

/** Settings of the data of a run. */
export type DataSettings = z.output<typeof dataSettings>;
