import { quantityText } from '#report/page/numbers.ts';
import type { PointSummary } from '#study/output/point-summary.ts';
import type { NamedPoint } from './named-point.ts';
import { mainStages, radioOfBudget, rankStages } from './stage-ranking.ts';

/** The points by the median time of their rounds, shortest first. */
export function byRoundTime(named: readonly NamedPoint[]): readonly NamedPoint[] {
  return named.toSorted((left, right) => secondsOf(left.point) - secondsOf(right.point));
}

/** Median time of a point's rounds [s]. */
export function secondsOf({ spread }: PointSummary): number {
  return spread.roundSeconds.quartiles.median;
}

/** Median cost of a point's rounds [USD]. */
export function dollarsOf({ spread }: PointSummary): number {
  return spread.usdPerRound.quartiles.median;
}

/** The sentence at the top: the fastest point, its figures and where its time goes. */
export function answerOf(named: readonly NamedPoint[], fastest: NamedPoint): string {
  const { point, name } = fastest;
  const ranked = rankStages((stage) => point.criticalSeconds[stage].mean);
  const parts = `${mainStages(ranked)}; ${radioOfBudget(point.control.delayInBudgets.mean)}`;
  const figures = `${quantityText(secondsOf(point), 's')} and ${quantityText(dollarsOf(point), 'USD')} a round`;
  if (named.length === 1) return `${figures}; ${parts}.`;
  const slowest = secondsOf(byRoundTime(named)[named.length - 1].point);
  const cheapest = named.toSorted((left, right) => dollarsOf(left.point) - dollarsOf(right.point))[0];
  const cheap =
    cheapest.point === point
      ? ', also the cheapest'
      : `; the cheapest is ${cheapest.name} with ${quantityText(dollarsOf(cheapest.point), 'USD')}`;
  return `Fastest of ${named.length}: ${name}, ${figures} (slowest ${quantityText(slowest, 's')})${cheap}. Its time: ${parts}.`;
}
