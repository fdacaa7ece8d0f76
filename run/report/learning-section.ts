import type { Figure } from '#report/content/figures.ts';
import type { ReportSection } from '#report/content/report-content.ts';
import { shortNumber } from '#report/page/numbers.ts';
import type { ConvergenceTerms } from '#shared/scheduling/fit-convergence.ts';
import type { ReportedRound, ReportedRun } from './reported-run.ts';
import type { Lines } from './run-lines.ts';

/** Accuracy and loss over the rounds, and Theorem 1 beside the loss. */
export function learning({ chance, theorem1, rounds }: ReportedRun, lines: Lines): ReportSection {
  const hundredfold = (value: number | null | undefined): number | null =>
    value == null ? null : 100 * value;
  return {
    title: 'Learning',
    blocks: [
      ...lines(
        {
          id: 'accuracy',
          title: 'Accuracy',
          note: 'Test: every device with its own head on the common test set. Training: on the mini-batches.',
          wide: true,
        },
        { name: 'accuracy', unit: '%' },
        [
          { name: 'test', value: ({ testAccuracy }) => hundredfold(testAccuracy) },
          { name: 'training', value: ({ trainAccuracy }) => hundredfold(trainAccuracy) },
        ],
        chance === null ? [] : [{ name: 'chance', value: 100 * chance }],
      ),
      ...lines(
        { id: 'loss', title: 'Loss', note: 'Mean over the answered mini-batches, and on the test set.' },
        { name: 'loss', unit: '', scale: 'linear' },
        [
          { name: 'test', value: ({ testLoss }) => testLoss },
          { name: 'training', value: ({ trainLoss }) => trainLoss },
        ],
      ),
      ...(theorem1 === null ? [] : theoremFigure(theorem1, rounds, lines)),
    ],
  };
}

/** The training loss beside the fitted loss and the terms of Theorem 1. */
function theoremFigure(
  { constants, rounds: terms }: NonNullable<ReportedRun['theorem1']>,
  rounds: readonly ReportedRound[],
  lines: Lines,
): readonly Figure[] {
  const { contraction, floor, initialGap, loraScale, residual } = constants;
  const over = (value: (term: ConvergenceTerms) => number) => (round: ReportedRound) => {
    const term = terms[rounds.indexOf(round)];
    return term === undefined ? null : value(term);
  };
  return lines(
    {
      id: 'theorem-1',
      title: 'Theorem 1 beside the loss',
      note:
        `Constants fitted to this run's training loss by least squares (root mean square left: ${shortNumber(residual)}): rho ` +
        `${shortNumber(contraction)}, initial gap ${shortNumber(initialGap)}, LoRA term ${shortNumber(loraScale)} for phi = 1, and ` +
        `${shortNumber(floor)} for optimum and head together. They describe this run; the theorem itself is a bound.`,
    },
    { name: 'loss', unit: '', scale: 'linear' },
    [
      { name: 'training loss', value: ({ trainLoss }) => trainLoss },
      { name: 'fitted loss', value: over(({ loss }) => loss) },
      { name: 'floor + LoRA term', value: over(({ loraTerm }) => floor + loraTerm) },
    ],
  );
}
