import type { MessageOf, Span } from '#shared/protocol/message.ts';
import type { Answer } from '#shared/protocol/records.ts';
import type { Stage } from '#shared/protocol/stages.ts';
import { stageDurations } from '#shared/protocol/timeline.ts';

type Summary = Pick<
  MessageOf<'round.closed'>,
  'trainLoss' | 'trainAccuracy' | 'criticalDevice' | 'criticalPath' | 'meanStagesMs' | 'meanTokens'
>;

/** Nanoseconds in a millisecond. */
const NANOSECONDS = 1e6;

/**
 * Summarises the answers of a round: mean loss and accuracy over the answered mini-batches, the critical path
 * up to the end of the round, and the mean time of all answering devices in each stage. The spans of the
 * critical path add up to the length of the round, and so do the mean times.
 */
export function roundSummary(
  answers: readonly Answer[],
  aggregationStartedAtMs: number,
  aggregationEndedAtMs: number,
): Summary {
  const closing = [
    { stage: 'waitingForSlowest', endsAtMs: aggregationStartedAtMs },
    { stage: 'backwardAndAggregation', endsAtMs: aggregationEndedAtMs },
  ] as const;
  if (answers.length === 0) {
    return {
      trainLoss: null,
      trainAccuracy: null,
      criticalDevice: null,
      criticalPath: [...closing],
      meanStagesMs: {},
      meanTokens: 0,
    };
  }
  const predictions = answers.reduce((sum, answer) => sum + answer.predictions, 0);
  const correct = answers.reduce((sum, answer) => sum + answer.correct, 0);
  // Ends are compared in whole nanoseconds, because smaller differences are rounding errors of sums. If
  // several devices have the latest end, the first of them counts as the device that answered last.
  const endOf = ({ timeline, roundStartedAtMs }: Answer): number =>
    Math.round((timeline.at(-1)?.endsAtMs ?? roundStartedAtMs) * NANOSECONDS);
  const last = answers.reduce((latest, answer) => (endOf(answer) > endOf(latest) ? answer : latest));
  return {
    trainLoss: answers.reduce((sum, answer) => sum + answer.loss, 0) / answers.length,
    trainAccuracy: correct / predictions,
    criticalDevice: last.device,
    criticalPath: [...last.timeline, ...closing],
    meanStagesMs: meanStages(answers, closing),
    meanTokens: answers.reduce((sum, { tokens }) => sum + tokens, 0) / answers.length,
  };
}

/** Mean time of the devices in each stage, from the start of the round to its end. [ms] */
function meanStages(answers: readonly Answer[], closing: readonly Span[]): Partial<Record<Stage, number>> {
  const means: Partial<Record<Stage, number>> = {};
  for (const { roundStartedAtMs, timeline } of answers) {
    for (const [stage, ms] of stageDurations(roundStartedAtMs, [...timeline, ...closing])) {
      means[stage] = (means[stage] ?? 0) + ms / answers.length;
    }
  }
  return means;
}
