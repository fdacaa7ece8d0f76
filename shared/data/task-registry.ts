import { ConfigError } from '#shared/errors.ts';
import { MRPC } from './glue/mrpc.ts';
import { QNLI } from './glue/qnli.ts';
import { SST2 } from './glue/sst2.ts';
import { CIFAR10 } from './image/cifar10.ts';
import type { Task } from './task.ts';

/** Every task airtune can train; a new one is one reader file and one entry here. */
export const TASKS = { sst2: SST2, mrpc: MRPC, qnli: QNLI, cifar10: CIFAR10 } as const satisfies Readonly<
  Record<string, Task>
>;

export type TaskName = keyof typeof TASKS;

/** The names of {@link TASKS}, in the order they are listed to a person. */
export const TASK_NAMES = ['sst2', 'mrpc', 'qnli', 'cifar10'] as const satisfies readonly TaskName[];

/** @throws ConfigError listing the known names when there is no such task. */
export function findTask(name: string): Task {
  const known = TASK_NAMES.find((candidate) => candidate === name);
  if (known === undefined) {
    throw new ConfigError(`unknown task ${JSON.stringify(name)}.`, {
      remedy: `Use one of ${TASK_NAMES.join(', ')}.`,
    });
  }
  return TASKS[known];
}
