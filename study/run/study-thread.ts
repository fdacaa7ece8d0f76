import { createRequire } from 'node:module';
import { Worker } from 'node:worker_threads';
import {
  restoreError,
  type StudyTask,
  type TaskOutcome,
  type TracedTask,
  type WorkerMessage,
} from './study-task.ts';

/**
 * Path of the worker's file. The `imports` of package.json resolve it in a checkout and in the built package.
 */
const WORKER = createRequire(import.meta.url).resolve('#study/run/study-worker.ts');

/**
 * Limit of V8's young generation of a worker [MB]. A round of a million devices keeps its data in arrays, and
 * its objects are short-lived: with V8's own limit of 192 MB the process takes 90 MB more and is not faster.
 */
export const YOUNG_GENERATION_MEGABYTES = 48;

interface Pending {
  readonly task: StudyTask;
  readonly resolve: (outcome: TaskOutcome) => void;
  readonly reject: (error: unknown) => void;
}

/** A worker thread that runs points, one at a time. */
export class StudyThread {
  readonly #worker: Worker;
  #pending: Pending | undefined;

  constructor(roundDone: (task: StudyTask) => void) {
    this.#worker = new Worker(WORKER, {
      resourceLimits: { maxYoungGenerationSizeMb: YOUNG_GENERATION_MEGABYTES },
    });
    this.#worker.on('message', (message: WorkerMessage) => {
      switch (message.kind) {
        case 'round':
          if (this.#pending !== undefined) roundDone(this.#pending.task);
          return;
        case 'done':
          this.#settle(({ resolve }) => resolve(message.outcome));
          return;
        case 'failed':
          this.#settle(({ reject }) => reject(restoreError(message.error)));
      }
    });
    this.#worker.on('error', (error) => this.#settle(({ reject }) => reject(error)));
    this.#worker.on('exit', () =>
      this.#settle(({ reject }) => reject(new Error('A worker thread ended before its point did.'))),
    );
  }

  /** Runs one point. @throws the error of the point, or an Error if the thread ends before the point */
  run(traced: TracedTask): Promise<TaskOutcome> {
    return new Promise((resolve, reject) => {
      this.#pending = { task: traced.task, resolve, reject };
      this.#worker.postMessage(traced);
    });
  }

  /** Ends the thread, even during a point. */
  async end(): Promise<void> {
    await this.#worker.terminate();
  }

  #settle(action: (pending: Pending) => void): void {
    const pending = this.#pending;
    this.#pending = undefined;
    if (pending !== undefined) action(pending);
  }
}
