import type { MessageOf } from '../../shared/protocol/message.ts';
import type { Answer } from '../../shared/protocol/records.ts';

/**
 * What a round's answers amount to: mean loss and accuracy over the answered mini-batches, and the way of the device
 * that answered last, joined to the end of the round.
 */
export function roundSummary(
  answers: readonly Answer[],
  aggregationStartedAtMs: number,
  aggregationEndedAtMs: number,
): Pick<MessageOf<'round.closed'>, 'trainLoss' | 'trainAccuracy' | 'criticalDevice' | 'criticalPath'> {
  const closing = [
    { stage: 'waitingForSlowest', endsAtMs: aggregationStartedAtMs },
    { stage: 'backwardAndAggregation', endsAtMs: aggregationEndedAtMs },
  ] as const;
  if (answers.length === 0) {
    return { trainLoss: null, trainAccuracy: null, criticalDevice: null, criticalPath: [...closing] };
  }
  const examples = answers.reduce((sum, answer) => sum + answer.examples, 0);
  const correct = answers.reduce((sum, answer) => sum + answer.correct, 0);
  const endOf = (answer: Answer): number => answer.timeline.at(-1)?.endsAtMs ?? answer.roundStartedAtMs;
  const last = answers.reduce((latest, answer) => (endOf(answer) > endOf(latest) ? answer : latest));
  return {
    trainLoss: answers.reduce((sum, answer) => sum + answer.loss, 0) / answers.length,
    trainAccuracy: correct / examples,
    criticalDevice: last.device,
    criticalPath: [...last.timeline, ...closing],
  };
}
