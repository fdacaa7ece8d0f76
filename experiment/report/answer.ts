import type { Estimate, FigureEstimates } from '#shared/protocol/experiment-result.ts';

type Interval = Pick<Estimate, 'mean' | 'low' | 'high'>;

/** A contender with its figures, for the sentence at the top of a report. */
export interface AnsweredContender {
  readonly label: string;
  readonly seeds: number;
  readonly figures: FigureEstimates;
  readonly differences: FigureEstimates;
}

/**
 * One sentence on contenders of one data set: the most accurate one and its difference from the first
 * contender, with the interval. If the first is the most accurate, it is compared with the second most
 * accurate. Without accuracies, the sentence names the fastest one.
 *
 * @param contenders all contenders; the others are compared with the first one
 */
export function answerSentence(contenders: readonly AnsweredContender[]): string {
  const [first] = contenders;
  const best = bestBy(contenders, ({ testAccuracy }) => testAccuracy?.mean);
  if (best?.figures.testAccuracy === undefined) {
    const fastest = bestBy(contenders, ({ virtualSeconds }) =>
      virtualSeconds === undefined ? undefined : -virtualSeconds.mean,
    );
    const time = fastest?.figures.virtualSeconds?.mean;
    if (fastest === undefined || time === undefined) return `${contenders.length} contenders.`;
    return `${fastest.label} is the fastest: ${time.toPrecision(4)} s of virtual time.`;
  }
  const accuracy = `${(100 * best.figures.testAccuracy.mean).toFixed(1)} %`;
  const over = best.seeds === 1 ? 'with one seed' : `over ${best.seeds} seeds`;
  const lead = `${best.label} is the most accurate at the end: ${accuracy} ${over}`;
  if (best === first) {
    const second = bestBy(contenders.slice(1), ({ testAccuracy }) => testAccuracy?.mean);
    const lag = second?.differences.testAccuracy;
    return second === undefined || lag === undefined
      ? `${lead}.`
      : `${lead}, ${differenceText(negated(lag), second.label)}.`;
  }
  if (best.differences.testAccuracy === undefined) return `${lead}.`;
  return `${lead}, ${differenceText(best.differences.testAccuracy, first.label)}.`;
}

/** The difference with the two contenders exchanged. */
function negated({ mean, low, high }: Interval): Interval {
  return { mean: -mean, low: high === null ? null : -high, high: low === null ? null : -low };
}

/** A difference of accuracies in points, with its interval, and whether the interval excludes 0. */
export function differenceText({ mean, low, high }: Interval, other: string): string {
  const points = (value: number): string => (100 * value).toFixed(1);
  const by = `${points(Math.abs(mean))} points ${mean >= 0 ? 'above' : 'below'} ${other}`;
  if (low === null || high === null) return by;
  const sure = low > 0 || high < 0 ? '' : ': too close to tell';
  return `${by} (95 % interval ${points(low)} to ${points(high)}${sure})`;
}

function bestBy(
  contenders: readonly AnsweredContender[],
  score: (figures: FigureEstimates) => number | undefined,
): AnsweredContender | undefined {
  return contenders.reduce<AnsweredContender | undefined>((best, one) => {
    const own = score(one.figures);
    const before = best === undefined ? undefined : score(best.figures);
    return own !== undefined && (before === undefined || own > before) ? one : best;
  }, undefined);
}
