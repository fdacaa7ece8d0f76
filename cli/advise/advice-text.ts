import { paragraph } from '#cli/print/paragraph.ts';
import { isSaving } from '#experiment/advise/advise-point.ts';
import type { Advice, AdvisedPoint } from '#shared/protocol/advice-result.ts';

/** Sentences that are printed of each ranking. */
const SHOWN = 3;

/** The advice in sentences: for each point the best changes by time and by dollars. */
export function adviceText({ points, seeds }: Advice, width: number): string {
  const about = `Each change is modelled alone, over ${seeds === 1 ? 'one seed, the same for all' : `${seeds} seeds, the same for all`}; in brackets 95 % bootstrap intervals.`;
  return [...points.map((point) => pointText(point, width)), paragraph(about, width)].join('\n\n');
}

function pointText({ label, changes, byTime, byDollars, ...point }: AdvisedPoint, width: number): string {
  const sentences = (ranking: readonly string[]): readonly string[] =>
    ranking.slice(0, SHOWN).flatMap((knob, index) => {
      const sentence = changes.find((change) => change.knob === knob)?.sentence;
      return sentence === undefined ? [] : [paragraph(`${index + 1}. ${sentence}`, width, '  ')];
    });
  const others = changes
    .filter(({ sameLearning, savedSecondsPerRound }) => !sameLearning && isSaving(savedSecondsPerRound))
    .toSorted((left, right) => right.savedSecondsPerRound.mean - left.savedSecondsPerRound.mean)
    .map(({ knob }) => knob);
  const part = (title: string, ranking: readonly string[]): readonly string[] =>
    ranking.length === 0 ? [`${title}: nothing.`] : [`${title}:`, ...sentences(ranking)];
  return [
    `${label}: a round takes ${point.secondsPerRound.mean.toPrecision(4)} s and costs $${point.usdPerRound.mean.toPrecision(3)}`,
    ...part('Saves time', byTime),
    ...part('Saves dollars', byDollars),
    ...(others.length === 0 ? [] : part('Saves time, and alters what is learnt in a round', others)),
  ].join('\n');
}
