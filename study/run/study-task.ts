import type { ErrorKind } from '#shared/errors.ts';
import { AirtuneError } from '#shared/errors.ts';
import type { RoundList } from '#shared/protocol/round-list.ts';
import type { RoundTrace } from '#shared/protocol/round-trace.ts';
import type { PointResult } from '#study/model/run-point.ts';
import type { PointPluginRecords } from '#study/plugins/study-plugins.ts';
import type { StudyPoint } from '#study/points/points.ts';
import type { StudySettings } from '#study/settings/study-schema.ts';

/** One run of one point: the task of a worker. */
export interface StudyTask {
  readonly point: number;
  readonly repeat: number;
  readonly settings: StudySettings;
  readonly plugins: PointPluginRecords;
}

/** A task and its rounds to trace, as a worker receives them. */
export interface TracedTask {
  readonly task: StudyTask;
  readonly traceRounds: RoundList;
}

/** An error in a form that can be sent between threads. */
export interface SerialisedError {
  readonly kind: ErrorKind | undefined;
  readonly message: string;
  readonly subject: string | undefined;
  readonly remedy: string | undefined;
  readonly stack: string | undefined;
}

/** The result of a task, and the requested round traces. */
export interface TaskOutcome {
  readonly result: PointResult;
  readonly traces: readonly RoundTrace[];
}

/** A message from a worker. */
export type WorkerMessage =
  | { readonly kind: 'round'; readonly round: number }
  | { readonly kind: 'done'; readonly outcome: TaskOutcome }
  | { readonly kind: 'failed'; readonly error: SerialisedError };

/** Every run of every point, in order; repetitions differ only in their seed. */
export function studyTasks(points: readonly StudyPoint[], repeats: number): readonly StudyTask[] {
  return points.flatMap(({ index, settings, plugins }) =>
    Array.from({ length: repeats }, (_, repeat) => ({
      point: index,
      repeat,
      settings: { ...settings, seed: settings.seed + repeat },
      plugins,
    })),
  );
}

/**
 * The tasks by falling rounds times devices, because the other threads would be idle during a large task that
 * starts last. Equal tasks keep their order.
 */
export function longestFirst(tasks: readonly StudyTask[]): readonly StudyTask[] {
  return [...tasks].sort((left, right) => deviceRounds(right) - deviceRounds(left));
}

/** Rounds times devices of a task, which determines its cost. */
export function deviceRounds({ settings }: StudyTask): number {
  return settings.training.devices * settings.training.rounds;
}

export function serialiseError(error: unknown): SerialisedError {
  const known = error instanceof AirtuneError ? error : undefined;
  return {
    kind: known?.kind,
    message: error instanceof Error ? error.message : String(error),
    subject: known?.subject,
    remedy: known?.remedy,
    stack: error instanceof Error ? error.stack : undefined,
  };
}

export function restoreError({ kind, message, subject, remedy, stack }: SerialisedError): Error {
  const details = {
    ...(subject === undefined ? {} : { subject }),
    ...(remedy === undefined ? {} : { remedy }),
  };
  const error = kind === undefined ? new Error(message) : new AirtuneError(kind, message, details);
  if (stack !== undefined) error.stack = stack;
  return error;
}
