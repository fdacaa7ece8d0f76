import type { RoundMetrics } from '#shared/protocol/run-result.ts';

/** Displays the progress of a run. */
export interface RunProgress {
  /** Shows an activity that takes time, such as `reading the data`, with its progress as `detail`. */
  activity(text: string, detail?: string): void;
  /** Shows a message, such as a warning. */
  note(text: string): void;
  /** Called once, with the number of all rounds and of the finished ones. */
  begin(rounds: number, done: number): void;
  round(metrics: RoundMetrics): void;
  /** Called when no more rounds follow. */
  end(): void;
}
