import type { ReportContent } from '#report/content/report-content.ts';
import type { ObservedRun, RunObserver } from '#run/follow/run-observer.ts';
import type { RoundList } from '#shared/protocol/round-list.ts';
import type { RoundTrace } from '#shared/protocol/round-trace.ts';
import type { RoundMetrics } from '#shared/protocol/run-result.ts';
import { controlSoFar } from './control-so-far.ts';
import { runContent } from './run-content.ts';

/** Shows the report of a run as it grows. */
export class LiveRun implements RunObserver {
  readonly traceRounds: RoundList;
  readonly #target: string;
  readonly #show: (content: () => ReportContent) => void;
  readonly #rounds: RoundMetrics[] = [];
  readonly #traces: RoundTrace[] = [];
  #run: ObservedRun | undefined;

  /**
   * @param traceRounds rounds that are traced for the output folder; the report shows them as well
   * @param show called after each round with a function that makes the content; it need not call it each time
   */
  constructor(target: string, traceRounds: RoundList, show: (content: () => ReportContent) => void) {
    this.#target = target;
    this.traceRounds = traceRounds;
    this.#show = show;
  }

  async begin(run: ObservedRun): Promise<void> {
    this.#run = run;
    this.#rounds.push(...run.done);
    this.#changed();
  }

  async trace(trace: RoundTrace): Promise<void> {
    this.#traces.push(trace);
  }

  async round(metrics: RoundMetrics): Promise<void> {
    this.#rounds.push(metrics);
    this.#changed();
  }

  async end(): Promise<void> {}

  #changed(): void {
    const run = this.#run;
    if (run === undefined) return;
    const { record, virtualTime } = run;
    this.#show(() =>
      runContent({
        run: record.run,
        target: this.#target,
        virtualTime,
        chance: null,
        theorem1: null,
        control: controlSoFar(this.#rounds, record.config),
        config: record.config,
        rounds: this.#rounds,
        traces: this.#traces,
        progress: { state: 'running', rounds: record.config.training.rounds },
      }),
    );
  }
}
