import { AirtuneError, InterruptedError } from '#shared/errors.ts';
import type { StudyTask } from '#study/run/study-task.ts';
import { StudyThread } from '#study/run/study-thread.ts';
import { type PointFigures, pointFigures } from './point-figures.ts';

/** A modelled case: settings, and the plug-ins that they name. */
export type ModelledCase = Pick<StudyTask, 'settings' | 'plugins'>;

export interface ModelOptions {
  readonly seeds: number;
  readonly threads: number;
  readonly signal: AbortSignal | undefined;
  readonly onRun: (done: number, all: number) => void;
}

/**
 * Models settings with consecutive seeds on worker threads. Returns the figures of each, seed by seed;
 * undefined for settings whose rounds cannot be planned or never close.
 *
 * @throws InterruptedError when the signal aborts; PluginError for a plug-in that fails
 */
export async function modelCases(
  cases: readonly ModelledCase[],
  { seeds, threads, signal, onRun }: ModelOptions,
): Promise<readonly (readonly PointFigures[] | undefined)[]> {
  const figures: PointFigures[][] = cases.map(() => []);
  const impossible = new Set<number>();
  const tasks = cases.flatMap(({ settings, plugins }, index) =>
    Array.from({ length: seeds }, (_, repeat) => ({
      point: index,
      repeat,
      settings: { ...settings, seed: settings.seed + repeat },
      plugins,
    })),
  );
  let next = 0;
  let done = 0;
  const workers: StudyThread[] = [];
  const interrupt = (): void => {
    for (const worker of workers) void worker.end();
  };
  signal?.addEventListener('abort', interrupt, { once: true });
  const work = async (): Promise<void> => {
    const worker = new StudyThread(() => {});
    workers.push(worker);
    try {
      while (next < tasks.length && signal?.aborted !== true) {
        const task = tasks[next++];
        try {
          const { result } = await worker.run({ task, traceRounds: [] });
          figures[task.point][task.repeat] = pointFigures(result);
        } catch (error) {
          if (!(error instanceof AirtuneError) || error.kind === 'plugin') throw error;
          impossible.add(task.point);
        }
        onRun(++done, tasks.length);
      }
    } finally {
      await worker.end();
    }
  };
  try {
    await Promise.all(Array.from({ length: Math.min(threads, tasks.length) }, work));
  } catch (error) {
    interrupt();
    if (signal?.aborted !== true) throw error;
  } finally {
    signal?.removeEventListener('abort', interrupt);
  }
  if (signal?.aborted === true) throw new InterruptedError('stopped; nothing is written.');
  return figures.map((own, index) => (impossible.has(index) ? undefined : own));
}
