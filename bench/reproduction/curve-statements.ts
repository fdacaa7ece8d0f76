import { meanOf } from '#experiment/statistics/bootstrap.ts';
import type { Estimate } from '#shared/protocol/experiment-result.ts';
import { aboveZero, FEWEST_SEEDS, type Finding, notRun, pointsText } from './finding.ts';
import {
  commonSeeds,
  contendersIn,
  differenceOf,
  estimateOf,
  type PanelData,
  placesIn,
  roughnessOf,
  withSeeds,
} from './panel-data.ts';

const PROPOSED = 'set-expansion';
const PAPER_CONTROL = 'set-expansion from q0 = 0';

/** Verdicts on the statements about curves, for one panel of figure 3 or 4. */
export function curveFindings(data: PanelData): readonly Finding[] {
  const evidence = data.panel.title;
  const finding = (
    statement: string,
    source: Finding['source'],
    differences: readonly (readonly [string, Estimate | undefined])[],
  ): Finding => ({ statement, source, evidence, ...aboveZero(differences) });
  const over = (left: string, rights: readonly string[]) =>
    rights.map((right) => [`over ${right}`, differenceOf(data, left, right, 'testAccuracy')] as const);
  const limited = contendersIn(data).filter((name) => name !== 'all-in');
  return [
    finding(
      'All-in without a delay constraint has the best test accuracy.',
      'paper',
      over('all-in', limited),
    ),
    closeToAllIn(data),
    finding(
      'The proposed scheme is above GS and AABA in test accuracy.',
      'paper',
      over(PROPOSED, ['greedy', 'equal-share']),
    ),
    finding('GS is above AABA in test accuracy.', 'paper', over('greedy', ['equal-share'])),
    moreDevices(data),
    finding(
      "A queue that starts at the backlog the budget needs is above the paper's q0 = 0 in test accuracy.",
      'this project',
      over(PROPOSED, [PAPER_CONTROL]),
    ),
    finding(
      "`convergence` is above the paper's q0 = 0 and above the proposed scheme's other form in test accuracy.",
      'this project',
      over('convergence', [PAPER_CONTROL, PROPOSED]),
    ),
  ];
}

/** Close means less than half of the gap between all-in and the worse of GS and AABA. */
function closeToAllIn(data: PanelData): Finding {
  const statement = 'The proposed scheme is close to All-in in test accuracy.';
  const head = { statement, source: 'paper', evidence: data.panel.title } as const;
  const gap = differenceOf(data, 'all-in', PROPOSED, 'testAccuracy');
  const others = ['greedy', 'equal-share'].flatMap(
    (name) => differenceOf(data, 'all-in', name, 'testAccuracy') ?? [],
  );
  if (gap === undefined || gap.values.length < FEWEST_SEEDS || others.length < 2)
    return { ...head, figures: '', verdict: 'not run', why: '' };
  const widest = Math.max(...others.map(({ mean }) => mean));
  const figures = `${pointsText(gap)} below All-in; the worse of GS and AABA is ${(100 * widest).toFixed(1)} below`;
  if (gap.mean <= widest / 2) return { ...head, figures, verdict: 'holds', why: '' };
  return {
    ...head,
    figures,
    verdict: gap.mean < widest ? 'holds in part' : 'does not hold',
    why: 'closeness is taken as less than half the gap of the worse of GS and AABA',
  };
}

/** Orders of the schemes by devices per round and by accuracy, with Kendall's rank correlation. */
function moreDevices(data: PanelData): Finding {
  const statement = 'Schemes that schedule more devices perform better (Theorem 1).';
  const head = { statement, source: 'paper', evidence: data.panel.title } as const;
  const paired = withSeeds(data, commonSeeds(placesIn(data)));
  const schemes = contendersIn(data).flatMap((name) => {
    const devices = estimateOf(paired, name, 'devicesPerRound')?.mean;
    const accuracy = estimateOf(paired, name, 'testAccuracy')?.mean;
    return devices === undefined || accuracy === undefined ? [] : [{ name, devices, accuracy }];
  });
  const isEnough = contendersIn(data).every(
    (name) => (estimateOf(paired, name, 'testAccuracy')?.values.length ?? 0) >= FEWEST_SEEDS,
  );
  if (schemes.length < 3 || !isEnough) return { ...head, figures: '', verdict: 'not run', why: '' };
  const pairs = schemes.flatMap((left, index) =>
    schemes
      .slice(index + 1)
      .map((right) => Math.sign((left.devices - right.devices) * (left.accuracy - right.accuracy))),
  );
  const tau = meanOf(pairs);
  const figures = `${schemes
    .toSorted((left, right) => right.devices - left.devices)
    .map(
      ({ name, devices, accuracy }) =>
        `${name} ${devices.toFixed(1)} devices, ${(100 * accuracy).toFixed(1)} %`,
    )
    .join('; ')}; Kendall's tau ${tau.toFixed(2)}`;
  if (tau === 1) return { ...head, figures, verdict: 'holds', why: '' };
  return {
    ...head,
    figures,
    verdict: tau > 0 ? 'holds in part' : 'does not hold',
    why: 'which devices take part, and when, matters beside their number',
  };
}

/** Verdict on the statement that the curves of figure 4 are smoother than the curves of figure 3. */
export function smoothnessFinding(language: PanelData | undefined, images: PanelData | undefined): Finding {
  const statement = 'Curves on CIFAR-10 are smoother than those on language data.';
  const [rough, smooth] = [language, images].map((data) =>
    data === undefined ? undefined : roughnessOf(data, PROPOSED),
  );
  const evidence = [language, images].flatMap((data) => data?.panel.title ?? []).join(' beside ');
  if (rough === undefined || smooth === undefined) return notRun(statement, evidence);
  const holds = (smooth.high ?? smooth.mean) < (rough.low ?? rough.mean);
  return {
    statement,
    source: 'paper',
    evidence,
    figures: `mean step of the training loss, relative to the loss: ${rough.mean.toFixed(3)} and ${smooth.mean.toFixed(3)}`,
    verdict: holds ? 'holds' : smooth.mean < rough.mean ? 'holds in part' : 'does not hold',
    why: holds ? '' : 'the intervals of the two overlap, or the order is the opposite one',
  };
}
