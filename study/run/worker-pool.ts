import { InterruptedError } from '#shared/errors.ts';
import type { RoundList } from '#shared/protocol/round-list.ts';
import { longestFirst, type StudyTask, type TaskOutcome } from './study-task.ts';
import { StudyThread } from './study-thread.ts';

export interface PoolOptions {
  readonly threads: number;
  readonly signal?: AbortSignal | undefined;
  /** Rounds of every task to trace. */
  readonly traceRounds: RoundList;
  /**
   * Called for each finished task in the order of completion, while its thread works on the next task.
   */
  readonly finished: (task: StudyTask, outcome: TaskOutcome) => Promise<void>;
  readonly roundDone: (task: StudyTask) => void;
}

/**
 * Runs tasks on worker threads, one at a time on each thread, the largest first. The first failure or the
 * signal stops all of them. Settles after every call of `finished` has settled.
 *
 * @throws the error of a task or of `finished`; InterruptedError when the signal aborted
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
        const outcome = await worker.run({ task, traceRounds: options.traceRounds });
        // Each thread writes one result at a time, so a slow disk delays it before results accumulate.
        await keeping;
        keeping = options.finished(task, outcome).catch(stop);
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
