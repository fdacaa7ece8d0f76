import { InterruptedError } from '#shared/errors.ts';
import type { PointResult } from '#study/model/run-point.ts';
import { longestFirst, type StudyTask } from './study-task.ts';
import { StudyThread } from './study-thread.ts';

export interface PoolOptions {
  readonly threads: number;
  readonly signal?: AbortSignal | undefined;
  /**
   * Called for each finished task, in whatever order they finish, while its thread is at the next one
   * already.
   */
  readonly finished: (task: StudyTask, result: PointResult) => Promise<void>;
  readonly roundDone: (task: StudyTask) => void;
}

/**
 * Runs tasks on worker threads, each thread one at a time, the longest first. The first failure stops all; so
 * does the signal. Settles when every call of `finished` has.
 *
 * @throws what a task or `finished` threw; InterruptedError when the signal was given
 */
export async function runTasks(tasks: readonly StudyTask[], options: PoolOptions): Promise<void> {
  const waiting = [...longestFirst(tasks)];
  const workers: StudyThread[] = [];
  let failure: unknown;
  const stop = (reason: unknown): void => {
    failure ??= reason;
    waiting.length = 0;
    for (const worker of workers) void worker.end();
  };
  const interrupt = (): void => stop(new InterruptedError('stopped.'));
  options.signal?.addEventListener('abort', interrupt, { once: true });
  if (options.signal?.aborted) interrupt();
  const threads = Array.from({ length: Math.min(options.threads, waiting.length) }, async () => {
    const worker = new StudyThread(options.roundDone);
    workers.push(worker);
    let keeping: Promise<void> = Promise.resolve();
    try {
      for (let task = waiting.shift(); task !== undefined; task = waiting.shift()) {
        const result = await worker.run(task);
        // One result of each thread is being kept at most: a slow disk holds the thread up before results
        // pile up.
        await keeping;
        keeping = options.finished(task, result).catch(stop);
      }
    } catch (error) {
      stop(error);
    } finally {
      await worker.end();
      await keeping;
    }
  });
  await Promise.all(threads);
  options.signal?.removeEventListener('abort', interrupt);
  if (failure !== undefined) throw failure;
}
