import type { RoundMetrics } from '#shared/protocol/run-result.ts';

/** Displays the progress of a run. */
export interface RunProgress {
  /** Shows an activity that takes time, such as `reading the data`, and how far it is. */
  activity(text: string, detail?: string): void;
  /** Shows a message of its own, such as a warning. */
  note(text: string): void;
  /** Called once, with the number of rounds and how many of them are already done. */
  begin(rounds: number, done: number): void;
  round(metrics: RoundMetrics): void;
  /** Called when no more rounds follow. */
  end(): void;
}
