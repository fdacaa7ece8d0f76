import { ConfigError } from '#shared/errors.ts';
import { nearestName } from '#shared/nearest-name.ts';
import { MRPC } from './glue/mrpc.ts';
import { QNLI } from './glue/qnli.ts';
import { SST2 } from './glue/sst2.ts';
import { CIFAR10 } from './image/cifar10.ts';
import type { Task } from './task.ts';

/**
 * All tasks that can be trained, in the order in which they are listed to the user. To add one, add a file
 * and an entry here.
 */
export const TASKS = [SST2, MRPC, QNLI, CIFAR10] as const satisfies readonly Task[];

export type TaskName = (typeof TASKS)[number]['name'];

export const TASK_NAMES: readonly TaskName[] = TASKS.map(({ name }) => name);

/**
 * Returns the task of this name.
 *
 * @throws ConfigError with the known names when there is no such task.
 */
export function findTask(name: string): Task {
  const known = TASKS.find((task) => task.name === name);
  if (known !== undefined) return known;
  const nearest = nearestName(name, TASK_NAMES);
  throw new ConfigError(`unknown task ${JSON.stringify(name)}.`, {
    remedy:
      nearest === undefined
        ? `Use one of ${TASK_NAMES.join(', ')}.`
        : `Did you mean ${nearest}? Known: ${TASK_NAMES.join(', ')}.`,
  });
}
