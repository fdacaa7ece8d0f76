import * as z from 'zod';
import { TASK_NAMES } from './task-registry.ts';

const kind = 'how training data is dealt out to devices';

/** Maximum number of tokens of a text, for runs and studies. */
export const maxTokensSetting = z
  .int()
  .positive()
  .max(100_000)
  .default(64)
  .describe('longer texts are truncated; also the length their payloads are sized for');

/** The task, its data, and the partition of the training data over the devices. */
export const dataSettings = z.strictObject({
  task: z.enum(TASK_NAMES).default('sst2').describe('layout and labels of the data'),
  directory: z.string().min(1).describe("folder with the task's files"),
  maxTokens: maxTokensSetting,
  trainExamples: z.int().positive().optional().describe('use only this many training examples'),
  testExamples: z.int().positive().optional().describe('use only this many test examples'),
  partition: z
    .discriminatedUnion('kind', [
      z.strictObject({ kind: z.literal('even').describe(kind) }),
      z.strictObject({
        kind: z.literal('dirichlet').describe(kind),
        alpha: z
          .number()
          .min(1e-6)
          .max(1e6)
          .describe('Dirichlet concentration of labels; smaller is more uneven'),
      }),
    ])
    .default({ kind: 'even' }),
});
