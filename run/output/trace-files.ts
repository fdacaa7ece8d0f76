import type { ObservedRun, RunObserver } from '#run/follow/run-observer.ts';
import { type RoundList, requireRounds } from '#shared/protocol/round-list.ts';
import type { RoundTrace } from '#shared/protocol/round-trace.ts';
import type { RunOutput } from './run-output.ts';

/** The option that names the rounds to trace. */
export const TRACE_ROUNDS_OPTION = '--trace-rounds';

/** Writes the traces of the named rounds into a run's output folder. */
export class TraceFiles implements RunObserver {
  readonly traceRounds: RoundList;
  readonly #output: RunOutput;

  constructor(output: RunOutput, rounds: RoundList) {
    this.#output = output;
    this.traceRounds = rounds;
  }

  /** @throws ConfigError when the list names a round that the run does not have */
  async begin({ record }: ObservedRun): Promise<void> {
    requireRounds(this.traceRounds, record.config.training.rounds, TRACE_ROUNDS_OPTION);
  }

  async trace(trace: RoundTrace): Promise<void> {
    await this.#output.writeTrace(trace);
  }

  async round(): Promise<void> {}

  async end(): Promise<void> {}
}
