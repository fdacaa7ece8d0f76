import type { ObservedRun, RunObserver } from '#run/follow/run-observer.ts';
import type { Environment } from '#shared/environment.ts';
import type { RoundList } from '#shared/protocol/round-list.ts';
import type { RoundTrace } from '#shared/protocol/round-trace.ts';
import type { RoundMetrics } from '#shared/protocol/run-result.ts';
import { resourceAttributes } from './otlp-resource.ts';
import { OtlpRounds } from './otlp-rounds.ts';
import type { OtlpSender } from './otlp-sender.ts';

export interface OtlpObserverOptions {
  readonly environment: Environment;
  /** When this process began its work on the run, since 1970-01-01 UTC. */
  readonly nowMs: number;
  /** Rounds whose spans are sent; of the others, metrics only. */
  readonly traceRounds: RoundList;
}

/** Sends a run to a collector while it is executed. The run never waits for the collector before its end. */
export class OtlpObserver implements RunObserver {
  readonly traceRounds: RoundList;
  readonly #sender: OtlpSender;
  readonly #options: OtlpObserverOptions;
  readonly #traces = new Map<number, RoundTrace>();
  #done = 0;
  #rounds: OtlpRounds | undefined;

  constructor(sender: OtlpSender, options: OtlpObserverOptions) {
    this.#sender = sender;
    this.#options = options;
    this.traceRounds = options.traceRounds;
  }

  async begin({ record, virtualTime, done }: ObservedRun): Promise<void> {
    this.#done = done.length;
    const { environment, nowMs } = this.#options;
    const resource = resourceAttributes(record.run, virtualTime, environment);
    this.#rounds = new OtlpRounds(this.#sender, resource, nowMs);
  }

  /** Keeps the trace until the metrics of its round are known: after the round's test, if one is due. */
  async trace(trace: RoundTrace): Promise<void> {
    if (trace.round > this.#done) this.#traces.set(trace.round, trace);
  }

  async round(metrics: RoundMetrics): Promise<void> {
    this.#rounds?.round(metrics, this.#traces.get(metrics.round));
    this.#traces.delete(metrics.round);
  }

  async end(): Promise<void> {
    await this.#sender.flush();
  }
}
