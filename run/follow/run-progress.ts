import type { RoundMetrics } from '#shared/protocol/run-result.ts';

/** Where a run reports what it does. */
export interface RunProgress {
  /** What takes time from now on, as `reading the data`. */
  activity(text: string): void;
  /** A message that stands by itself, such as a warning. */
  note(text: string): void;
  /** The run has so many rounds, so many of which were done before. */
  begin(rounds: number, done: number): void;
  round(metrics: RoundMetrics): void;
  /** No more rounds will come. */
  end(): void;
}
