import type { ExampleSet } from '#shared/data/example-set.ts';
import { DataError } from '#shared/errors.ts';
import { quoted } from '#shared/quoted.ts';
import { type NameIndex, sortedNames } from './name-index.ts';
import type { Part, TrainAndTest } from './train-and-test.ts';

/** The label of rows without a target: the texts of a language model. */
export const NEXT_TOKEN = 'next token';

/** Mean and standard deviation of training scores. */
export interface ScoreScale {
  readonly mean: number;
  readonly deviation: number;
}

/** Training and test set with their targets. */
export interface TargetedExamples {
  /** Class names by class index; for a regression, the name of the score alone. */
  readonly labelNames: readonly string[];
  readonly train: ExampleSet;
  readonly test: ExampleSet;
  /** Mean and standard deviation of the training scores; absent if rows have labels. */
  readonly score?: ScoreScale;
}

export interface TargetOptions {
  /** Name of the data in errors. */
  readonly subject: string;
  /** Name of the score of a regression. */
  readonly scoreName?: string | undefined;
}

/**
 * Adds the targets: class indices in the sorted order of the class names, or standardised scores.
 *
 * @param labels label of each number that the examples have as their class
 * @throws DataError if the training rows have one class, a class for each row, or equal scores
 */
export function withTargets(
  { train, test }: TrainAndTest,
  labels: NameIndex,
  options: TargetOptions,
): TargetedExamples {
  if (labels.size > 0) {
    return withFoundLabels(train.examples, test.examples, labels.names, options.subject);
  }
  if (train.scores.length > 0) return withScores(train, test, options);
  return { labelNames: [NEXT_TOKEN], train: train.examples, test: test.examples };
}

/** Standardises the scores of both sets by the training scores. */
function withScores(
  train: Part,
  test: Part,
  { subject, scoreName = 'score' }: TargetOptions,
): TargetedExamples {
  const { scores } = train;
  const mean = scores.reduce((sum, score) => sum + score, 0) / scores.length;
  const variance = scores.reduce((sum, score) => sum + (score - mean) ** 2, 0) / scores.length;
  const deviation = Math.sqrt(variance);
  if (!(deviation > 0 && Number.isFinite(deviation))) {
    throw new DataError(`every training row has the score ${scores[0]}, or scores are too large.`, {
      subject,
      remedy: 'Check --score-column.',
    });
  }
  const standardized = ({ examples, scores: raw }: Part): ExampleSet => ({
    ...examples,
    scores: Float32Array.from(raw, (score) => (score - mean) / deviation),
  });
  return {
    labelNames: [scoreName],
    train: standardized(train),
    test: standardized(test),
    score: { mean, deviation },
  };
}

/** Renumbers the classes of both sets: by the sorted order of the labels that occur in either. */
function withFoundLabels(
  train: ExampleSet,
  test: ExampleSet,
  names: readonly string[],
  subject: string,
): TargetedExamples {
  requireSeveralClasses(train, names, subject);
  const present = new Set([...train.labels, ...test.labels]);
  const labelNames = sortedNames(names.filter((_, index) => present.has(index)));
  const position = new Map(labelNames.map((name, index) => [name, index]));
  const renumbered = Int32Array.from(names, (name) => position.get(name) ?? -1);
  const relabel = (set: ExampleSet): ExampleSet => ({
    ...set,
    labels: set.labels.map((label) => renumbered[label]),
  });
  return { labelNames, train: relabel(train), test: relabel(test) };
}

function requireSeveralClasses({ labels }: ExampleSet, names: readonly string[], subject: string): void {
  const found = new Set(labels);
  if (found.size === 1) {
    throw new DataError(`every training row has the label ${quoted(names[labels[0]])}.`, {
      subject,
      remedy: 'Give rows of at least two classes; check --label-column.',
    });
  }
  if (found.size === labels.length && labels.length > 2) {
    throw new DataError(`every one of the ${labels.length} training rows has a label of its own.`, {
      subject,
      remedy: 'Check --label-column: it seems to hold ids or scores.',
    });
  }
}
