import type { SpansFigure, TracedRound } from '#report/content/figures.ts';
import type { RoundTrace, TracedSpan } from '#shared/protocol/round-trace.ts';
import type { RoundMetrics } from '#shared/protocol/run-result.ts';
import { STAGE_INDEX } from '#shared/protocol/stages.ts';
import { STAGE_PARTS } from '#study/report/stage-parts.ts';

/** The figure of rounds in which traced rounds show their devices; none without a trace. */
export function roundSpans(
  rounds: readonly Pick<RoundMetrics, 'round' | 'roundSeconds'>[],
  traces: readonly RoundTrace[],
): readonly SpansFigure[] {
  if (traces.length === 0) return [];
  return [
    {
      kind: 'spans',
      id: 'round-drawn',
      title: 'A round, drawn',
      note: 'Each row is a device: radio, queues and computing from the start of the round. The critical path is outlined. Choose a blue round to see its devices.',
      parts: STAGE_PARTS,
      rounds: rounds.map(({ round, roundSeconds }) => ({ round, seconds: roundSeconds })),
      traced: traces.map(tracedRound),
    },
  ];
}

function tracedRound({ round, devices, criticalDevice, criticalPath }: RoundTrace): TracedRound {
  return {
    round,
    rows: devices
      .filter(({ spans }) => spans.length > 0)
      .map(({ device, answered, spans }) => {
        const worst = device === criticalDevice;
        return {
          name: `device ${device}${answered ? '' : ', too late'}`,
          spans: (worst ? criticalPath : spans).map(spanOf),
          ...(worst ? { worst } : {}),
        };
      }),
  };
}

function spanOf({ stage, startMs, endMs }: TracedSpan): TracedRound['rows'][number]['spans'][number] {
  return { part: STAGE_INDEX[stage], startSeconds: startMs / 1000, endSeconds: endMs / 1000 };
}
