import { InterruptedError } from '../../shared/errors.ts';
import type { PointResult } from '../model/run-point.ts';
import type { StudyTask } from './study-task.ts';
import { StudyThread } from './study-thread.ts';

export interface PoolOptions {
  readonly threads: number;
  readonly signal?: AbortSignal | undefined;
  /** Called for each finished task, in whatever order they finish; awaited before the thread gets another. */
  readonly finished: (task: StudyTask, result: PointResult) => Promise<void>;
  readonly roundDone: () => void;
}

/**
 * Runs tasks on worker threads, each thread one at a time. The first failure stops all; so does the signal.
 *
 * @throws what a task threw; InterruptedError when the signal was given
 */
export async function runTasks(tasks: readonly StudyTask[], options: PoolOptions): Promise<void> {
  const waiting = [...tasks];
  const workers: StudyThread[] = [];
  let failure: unknown;
  const stop = (): void => {
    waiting.length = 0;
    for (const worker of workers) void worker.end();
  };
  const interrupt = (): void => {
    failure ??= new InterruptedError('stopped.');
    stop();
  };
  options.signal?.addEventListener('abort', interrupt, { once: true });
  if (options.signal?.aborted) interrupt();
  const threads = Array.from({ length: Math.min(options.threads, waiting.length) }, async () => {
    const worker = new StudyThread(options.roundDone);
    workers.push(worker);
    try {
      for (let task = waiting.shift(); task !== undefined; task = waiting.shift()) {
        await options.finished(task, await worker.run(task));
      }
    } catch (error) {
      failure ??= error;
      stop();
    } finally {
      await worker.end();
    }
  });
  await Promise.all(threads);
  options.signal?.removeEventListener('abort', interrupt);
  if (failure !== undefined) throw failure;
}
