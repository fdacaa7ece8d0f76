import type { RoundMetrics } from '#shared/protocol/run-result.ts';

/** Where a run reports each round as it is committed. */
export interface RunProgress {
  /** A message that stands by itself, such as a warning. */
  note(text: string): void;
  round(metrics: RoundMetrics): void;
  /** No more rounds will come. */
  end(): void;
}
