import { percent } from '#cli/print/percent.ts';
import type { Evaluation } from '#shared/protocol/records.ts';

/** Labels of which the closing table shows each. */
const MOST_LABELS = 12;

type Row = readonly [string, string];

/** The headline figure of a test in a few words. */
export function headline({ accuracy, scores, language }: Evaluation): string {
  if (language !== undefined) return `test perplexity ${perplexityText(language.perplexity)}`;
  if (accuracy !== null) return `test accuracy ${percent(accuracy)}`;
  return scores === undefined ? 'tested' : `Pearson correlation ${scores.ownHeads.pearson.toFixed(3)}`;
}

/** Rows of the closing table for the last test, beside the first one. */
export function testRows(first: Evaluation, last: Evaluation, labelNames: readonly string[]): readonly Row[] {
  if (last.scores !== undefined) return scoreRows(first, last.scores);
  if (last.language !== undefined) return languageRows(first, last, last.language);
  const shown = (accuracy: number | null): string => (accuracy === null ? '-' : percent(accuracy));
  return [
    [
      'test accuracy',
      `${shown(last.accuracy)} (before: ${shown(first.accuracy)}, chance: ${shown(last.chance)})`,
    ],
    ["  under each device's own labels", ownMix(last)],
    ['  of one averaged head', shown(last.averagedHeadAccuracy)],
    ...metricRows(last, labelNames),
  ];
}

function metricRows(
  { macroF1, binaryF1, matthews, labels }: Evaluation,
  labelNames: readonly string[],
): readonly Row[] {
  if (macroF1 === undefined || matthews === undefined || labels === undefined) return [];
  const second = typeof binaryF1 === 'number' ? `, of ${labelNames[1]} ${percent(binaryF1)}` : '';
  const each: readonly Row[] =
    labels.length > MOST_LABELS
      ? []
      : labels.map(({ precision, recall, f1, examples }, label) => [
          `  ${labelNames[label]}`,
          `precision ${percent(precision)}, recall ${percent(recall)}, F1 ${percent(f1)}, ${examples} examples`,
        ]);
  return [
    ['F1, mean of labels', `${percent(macroF1)}${second}; Matthews correlation ${matthews.toFixed(3)}`],
    ...each,
  ];
}

/** A perplexity in a few digits. */
export function perplexityText(perplexity: number): string {
  return perplexity.toPrecision(4);
}

function languageRows(
  first: Evaluation,
  last: Evaluation,
  { perplexity, tokens, averagedHeadPerplexity }: NonNullable<Evaluation['language']>,
): readonly Row[] {
  const before = first.language === undefined ? '-' : perplexityText(first.language.perplexity);
  const shown = ({ accuracy }: Evaluation): string => (accuracy === null ? '-' : percent(accuracy));
  return [
    ['test perplexity', `${perplexityText(perplexity)} (before: ${before})`],
    ...(averagedHeadPerplexity === undefined
      ? []
      : [['  of one averaged head', perplexityText(averagedHeadPerplexity)] as const]),
    ['token accuracy', `${shown(last)} of ${tokens.toLocaleString('en')} tokens (before: ${shown(first)})`],
  ];
}

function scoreRows(first: Evaluation, scores: NonNullable<Evaluation['scores']>): readonly Row[] {
  const { ownHeads, averagedHead, variance } = scores;
  const number = (value: number): string => value.toPrecision(3);
  const before = first.scores?.ownHeads;
  return [
    [
      'squared test error',
      `${number(ownHeads.squaredError)} (before: ${before === undefined ? '-' : number(before.squaredError)}, guessing the mean: ${number(variance)})`,
    ],
    ['  of one averaged head', number(averagedHead.squaredError)],
    [
      'correlation',
      `Pearson ${ownHeads.pearson.toFixed(3)}, Spearman ${ownHeads.spearman.toFixed(3)} ` +
        `(averaged head: ${averagedHead.pearson.toFixed(3)}, ${averagedHead.spearman.toFixed(3)})`,
    ],
  ];
}

/**
 * Text of the accuracy under each device's own label mix, with the number of devices if it is not the mean of
 * all.
 */
function ownMix({ ownMixAccuracy, ownMixChance, ownMixDevices, deviceAccuracy }: Evaluation): string {
  if (ownMixAccuracy === null || ownMixChance === null) {
    return 'none: no device holds a label that the test set has';
  }
  const all = deviceAccuracy.length;
  const devices =
    ownMixDevices === all
      ? ''
      : `, ${ownMixDevices} of ${all} devices: the others hold no label of the test set`;
  return `${percent(ownMixAccuracy)} (chance: ${percent(ownMixChance)}${devices})`;
}
