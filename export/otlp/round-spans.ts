import { createHash } from 'node:crypto';
import type { RoundTrace } from '#shared/protocol/round-trace.ts';
import type { RoundMetrics } from '#shared/protocol/run-result.ts';
import { STAGE_NAMES } from '#study/report/stage-parts.ts';
import { attributes, type OtlpSpan } from './otlp-json.ts';

/** Nanoseconds in a millisecond. */
const NANOSECONDS = 1e6;

/** Digits of a span's id: 8 bytes. */
const SPAN_ID_DIGITS = 16;

/**
 * A round as one trace: the round, in it a span for each scheduled device, and in that the device's stages.
 *
 * @param offsetMs Added to the round's own time to get the time since 1970-01-01 UTC.
 */
export function roundSpans(trace: RoundTrace, metrics: RoundMetrics, offsetMs: number): readonly OtlpSpan[] {
  const { run, round, startedAtMs, committedMs, closedMs, criticalDevice, devices } = trace;
  const traceId = exportedTraceId(trace, offsetMs);
  // Whole microseconds, so that spans keep their nanoseconds.
  const startNanoseconds = BigInt(Math.round((offsetMs + startedAtMs) * 1000)) * 1000n;
  const at = (ms: number): string => String(startNanoseconds + BigInt(Math.round(ms * NANOSECONDS)));
  const span = (
    path: string,
    parent: string | undefined,
    name: string,
    [startMs, endMs]: readonly [number, number],
    values: Parameters<typeof attributes>[0],
  ): OtlpSpan => ({
    traceId,
    spanId: spanId(traceId, path),
    ...(parent === undefined ? {} : { parentSpanId: spanId(traceId, parent) }),
    name,
    kind: 1,
    startTimeUnixNano: at(startMs),
    endTimeUnixNano: at(endMs),
    attributes: attributes(values),
  });
  const root = span('round', undefined, `round ${round}`, [0, committedMs], {
    'airtune.run': run,
    'airtune.round': round,
    'airtune.trace_id': trace.traceId,
    'airtune.policy': metrics.policy,
    'airtune.scheduled': metrics.selected.length,
    'airtune.answered': metrics.answered.length,
    'airtune.train_loss': metrics.trainLoss,
    'airtune.test_accuracy': metrics.testAccuracy,
    'airtune.delay_s': metrics.delaySeconds,
    'airtune.delay_budget_s': metrics.delayBudgetSeconds,
    'airtune.critical_device': criticalDevice,
  });
  const children = devices.flatMap(({ device, answered, rateBitsPerSecond, spans }): readonly OtlpSpan[] => {
    const path = `device ${device}`;
    const values = { 'airtune.round': round, 'airtune.device': device };
    return [
      span(path, 'round', path, [0, spans.at(-1)?.endMs ?? closedMs], {
        ...values,
        'airtune.answered': answered,
        'airtune.rate_bit_per_s': rateBitsPerSecond,
        'airtune.critical': device === criticalDevice,
      }),
      ...spans.map(({ stage, kind, startMs, endMs }, index) =>
        span(`${path}/${index}`, path, STAGE_NAMES[stage], [startMs, endMs], {
          ...values,
          'airtune.stage': stage,
          'airtune.kind': kind,
        }),
      ),
    ];
  });
  return [root, ...children];
}

/**
 * The id of a round's trace: in real time the one that log records carry. Embedded runs all have the same
 * name, so theirs is made from that id and the time of the run.
 */
function exportedTraceId({ traceId, virtualTime }: RoundTrace, offsetMs: number): string {
  return virtualTime ? digest(`${traceId}/${offsetMs}`).slice(0, traceId.length) : traceId;
}

function spanId(traceId: string, path: string): string {
  return digest(`${traceId}/${path}`).slice(0, SPAN_ID_DIGITS);
}

function digest(text: string): string {
  return createHash('sha256').update(text).digest('hex');
}
