import { RunClock } from '#export/run/run-clock.ts';
import type { RoundTrace } from '#shared/protocol/round-trace.ts';
import type { RoundMetrics } from '#shared/protocol/run-result.ts';
import { AIRTUNE_VERSION } from '#shared/version.ts';
import type { OtlpAttribute } from './otlp-json.ts';
import type { OtlpSender } from './otlp-sender.ts';
import { roundGauges } from './round-gauges.ts';
import { roundSpans } from './round-spans.ts';

/** Most spans of one request; collectors limit its size. */
const MOST_SPANS = 2000;

const SCOPE = { name: 'airtune', version: AIRTUNE_VERSION } as const;

/**
 * Sends the rounds of a run: each traced round as a trace, and its figures as gauges. Virtual time is placed
 * on the axis of real time so that the first round begins at a given time.
 */
export class OtlpRounds {
  readonly #sender: OtlpSender;
  readonly #resource: { readonly attributes: readonly OtlpAttribute[] };
  readonly #clock: RunClock;
  #offsetMs: number | undefined;

  /** @param startedAtMs When the first round that is sent began, since 1970-01-01 UTC. */
  constructor(sender: OtlpSender, resource: readonly OtlpAttribute[], startedAtMs: number) {
    this.#sender = sender;
    this.#resource = { attributes: resource };
    this.#clock = new RunClock(startedAtMs);
  }

  /** @param trace Undefined for a round that was not traced: it has gauges only. */
  round(metrics: RoundMetrics, trace: RoundTrace | undefined): void {
    const endByClockMs = this.#clock.endOf(metrics);
    if (trace === undefined) {
      this.#sendGauges(metrics, endByClockMs);
      return;
    }
    this.#offsetMs ??= trace.virtualTime ? endByClockMs - 1000 * metrics.roundSeconds - trace.startedAtMs : 0;
    const spans = roundSpans(trace, metrics, this.#offsetMs);
    for (let first = 0; first < spans.length; first += MOST_SPANS) {
      const part = spans.slice(first, first + MOST_SPANS);
      const scopeSpans = [{ scope: SCOPE, spans: part }];
      this.#sender.send({
        signal: 'traces',
        body: { resourceSpans: [{ resource: this.#resource, scopeSpans }] },
      });
    }
    this.#sendGauges(metrics, this.#offsetMs + trace.startedAtMs + trace.committedMs);
  }

  #sendGauges(metrics: RoundMetrics, endedAtMs: number): void {
    const scopeMetrics = [{ scope: SCOPE, metrics: roundGauges(metrics, endedAtMs) }];
    this.#sender.send({
      signal: 'metrics',
      body: { resourceMetrics: [{ resource: this.#resource, scopeMetrics }] },
    });
  }
}
