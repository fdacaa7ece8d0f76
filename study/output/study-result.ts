import { DEFAULT_PARAMETERS } from '#emulator/parameters/cloud-parameters.ts';
import { byStage } from '#shared/protocol/stages.ts';
import type { ControlSummary } from '#shared/scheduling/control/control-summary.ts';
import { controlWarnings } from '#shared/scheduling/control/control-warnings.ts';
import { participationFactor } from '#shared/scheduling/convergence-bound.ts';
import { convergenceTerms } from '#shared/scheduling/fit-convergence.ts';
import { nearestCurve } from '#study/learning/learning-curve.ts';
import { type TimedCurve, timedCurve } from '#study/learning/time-to-accuracy.ts';
import type { PointResult, RoundResult } from '#study/model/run-point.ts';
import type { StudyPoint } from '#study/points/points.ts';
import type { StudySettings } from '#study/settings/study-schema.ts';
import { type Interval, intervalOf, type Quartiles, quartilesOf } from '#study/statistics/interval.ts';
import type { PointControl, PointSummary, RoundSummary, Spread } from './point-summary.ts';
import type { StudyPlan } from './study-plan.ts';

export interface StudyResult extends StudyPlan {
  readonly parameters: string;
  /** For each point, the time and cost at which it reaches the accuracies of the nearest real run. */
  readonly timeToAccuracy: readonly (TimedCurve | null)[];
  readonly points: readonly PointSummary[];
}

/** Summarises the runs of every point. Depends only on the results and their order. */
export function summarise(
  plan: StudyPlan,
  points: readonly StudyPoint[],
  results: readonly (readonly PointResult[])[],
): StudyResult {
  const summaries = points.map((point, index) => summarisePoint(point, results[index], plan));
  return {
    ...plan,
    parameters: DEFAULT_PARAMETERS,
    timeToAccuracy: summaries.map((point) => timedCurve(point, plan.learning) ?? null),
    points: summaries,
  };
}

function summarisePoint(
  { index, varied, settings, plugins }: StudyPoint,
  runs: readonly PointResult[],
  { warmUpRounds, learning }: StudyPlan,
): PointSummary {
  const overRuns = (value: (run: PointResult) => number): Interval => intervalOf(runs.map(value));
  const overRounds = (value: (round: RoundResult) => number): Interval =>
    overRuns(({ rounds }) => meanOf(rounds.map(value)));
  const overAnswered = (value: (round: RoundResult) => number): Interval =>
    overRuns(({ rounds }) => meanOf(rounds.filter(({ answered }) => answered > 0).map(value)));
  const policy = plugins.policy?.name ?? settings.scheduling.policy;
  const worst = (value: (run: PointResult) => number): number => Math.max(...runs.map(value));
  return {
    index,
    varied,
    devices: settings.training.devices,
    policy,
    metrics: {
      roundSeconds: overRounds(({ latency }) => latency.roundNanoseconds / 1e9),
      commitSeconds: overRounds(({ commitMs }) => commitMs / 1e3),
      totalSeconds: overRuns(({ outcome }) => outcome.endMs / 1e3),
      scheduled: overRounds(({ scheduled }) => scheduled),
      answeredFraction: overRuns(({ rounds }) => answeredFraction(rounds)),
      radioDelaySeconds: overRounds(({ delaySeconds }) => delaySeconds),
      queueSeconds: overRuns(({ rounds }) => rounds.at(-1)?.nextQueueSeconds ?? 0),
      completionP50Seconds: overAnswered(({ latency }) => latency.completion.p50 / 1e3),
      completionP90Seconds: overAnswered(({ latency }) => latency.completion.p90 / 1e3),
      completionP99Seconds: overAnswered(({ latency }) => latency.completion.p99 / 1e3),
      coldStarts: overRounds(({ coldStarts }) => coldStarts),
      peakConcurrency: overRuns(({ outcome }) => outcome.peakConcurrency),
      usdPerRound: overRounds(({ bill }) => bill.totalUsd),
      joulesPerRound: overRounds(({ joules }) => joules),
    },
    spread: {
      roundSeconds: spreadOf(runs, warmUpRounds, ({ latency }) => latency.roundNanoseconds / 1e9),
      scheduled: spreadOf(runs, warmUpRounds, ({ scheduled }) => scheduled),
      radioDelaySeconds: spreadOf(runs, warmUpRounds, ({ delaySeconds }) => delaySeconds),
      usdPerRound: spreadOf(runs, warmUpRounds, ({ bill }) => bill.totalUsd),
    },
    control: pointControl(settings, policy, runs),
    criticalSeconds: byStage((stage) =>
      overRounds(({ latency }) => latency.criticalPathNanoseconds[stage] / 1e9),
    ),
    meanDeviceSeconds: byStage((stage) => overAnswered(({ latency }) => latency.stages[stage].mean / 1e3)),
    completionCurveSeconds: meanCurve(runs),
    costUsd: {
      queueUsd: overRounds(({ bill }) => bill.queueUsd),
      functionUsd: overRounds(({ bill }) => bill.functionUsd),
      storeUsd: overRounds(({ bill }) => bill.storeUsd),
      containerUsd: overRounds(({ bill }) => bill.containerUsd),
      transferUsd: overRounds(({ bill }) => bill.transferUsd),
      totalUsd: overRounds(({ bill }) => bill.totalUsd),
    },
    rounds: runs[0].rounds.map(({ round }) =>
      summariseRound(round, runs, settings.training.devices, theoremLosses(settings, runs, learning)),
    ),
    events: meanOf(runs.map(({ outcome }) => outcome.events)),
    deadLetters: worst(({ outcome }) => outcome.deadLetters),
    timeouts: worst(({ outcome }) => outcome.timeouts),
    expiredMessages: worst(({ outcome }) => outcome.expiredMessages),
    littleImbalance: worst(({ outcome }) => outcome.littleImbalance),
  };
}

function spreadOf(
  runs: readonly PointResult[],
  warmUpRounds: number,
  value: (round: RoundResult) => number,
): Spread {
  const steady = runs.map(({ rounds }) => rounds.slice(warmUpRounds).map(value));
  return {
    quartiles: quartilesOf(runs.flatMap(({ rounds }) => rounds.map(value))),
    firstRound: intervalOf(runs.map(({ rounds }) => value(rounds[0]))),
    steady: steady[0].length === 0 ? null : intervalOf(steady.map(meanOf)),
  };
}

function pointControl(
  { scheduling, channel }: StudySettings,
  policyName: string,
  runs: readonly PointResult[],
): PointControl {
  const controls = runs.map(({ control }) => control);
  const steadyChannel = channel.fading.kind === 'none' && channel.trace === undefined;
  return {
    delayInBudgets: intervalOf(
      controls.map(({ meanDelaySeconds, budgetSeconds }) => meanDelaySeconds / budgetSeconds),
    ),
    possibleScheduled: intervalOfAll(controls.map(({ possible }) => possible?.devicesPerRound ?? null)),
    possibleAsSpent: intervalOfAll(controls.map(({ possible }) => possible?.devicesPerRoundAsSpent ?? null)),
    shareOfPossible: intervalOfAll(controls.map(({ possible }) => possible?.share ?? null)),
    emptyRounds: intervalOf(controls.map(({ emptyRounds, rounds }) => emptyRounds / rounds)),
    forcedSeconds: intervalOf(controls.map(({ forcedSeconds }) => forcedSeconds)),
    warnings: controlWarnings(meanControl(controls), { ...scheduling, policyName, steadyChannel }),
  };
}

/** The average of the repetitions' control summaries, for warnings; numbers of rounds are rounded. */
function meanControl(controls: readonly ControlSummary[]): ControlSummary {
  const mean = (value: (control: ControlSummary) => number) => meanOf(controls.map(value));
  return {
    ...controls[0],
    meanDevices: mean(({ meanDevices }) => meanDevices),
    meanDelaySeconds: mean(({ meanDelaySeconds }) => meanDelaySeconds),
    firstDevices: mean(({ firstDevices }) => firstDevices),
    firstDelaySeconds: mean(({ firstDelaySeconds }) => firstDelaySeconds),
    emptyRounds: Math.round(mean(({ emptyRounds }) => emptyRounds)),
    forcedRounds: Math.round(mean(({ forcedRounds }) => forcedRounds)),
    forcedSeconds: mean(({ forcedSeconds }) => forcedSeconds),
  };
}

/** Null if a value is missing, because a mean over some repetitions would not represent the point. */
function intervalOfAll(values: readonly (number | null)[]): Interval | null {
  const known = values.filter((value) => value !== null);
  return known.length === values.length ? intervalOf(known) : null;
}

/** The loss of each round of each run by Theorem 1, with the constants of the nearest real run. */
function theoremLosses(
  { training: { devices }, scheduling }: StudySettings,
  runs: readonly PointResult[],
  learning: StudyPlan['learning'],
): readonly (readonly number[])[] | undefined {
  const meanScheduled = meanOf(runs.map(({ control }) => control.meanDevices));
  const constants = nearestCurve(learning, scheduling.policy, meanScheduled)?.theorem1 ?? null;
  if (constants === null) return undefined;
  return runs.map(({ rounds }) =>
    convergenceTerms(
      constants,
      rounds.map(({ answered }) => answered),
      devices,
    ).map(({ loss }) => loss),
  );
}

function summariseRound(
  round: number,
  runs: readonly PointResult[],
  devices: number,
  losses: readonly (readonly number[])[] | undefined,
): RoundSummary {
  const factors = runs
    .map(({ rounds }) => rounds[round].scheduled)
    .filter((scheduled) => scheduled > 0)
    .map((scheduled) => participationFactor(scheduled, devices));
  const over = (value: (round: RoundResult) => number): Interval =>
    intervalOf(runs.map(({ rounds }) => value(rounds[round])));
  const spread = (value: (round: RoundResult) => number): Quartiles =>
    quartilesOf(runs.map(({ rounds }) => value(rounds[round])));
  return {
    round,
    roundSeconds: over(({ latency }) => latency.roundNanoseconds / 1e9),
    scheduled: over(({ scheduled }) => scheduled),
    answered: over(({ answered }) => answered),
    queueSeconds: over(({ nextQueueSeconds }) => nextQueueSeconds),
    accountSeconds: over(({ control }) => control.nextAccountSeconds),
    delaySeconds: over(({ delaySeconds }) => delaySeconds),
    participationFactor: factors.length === 0 ? null : intervalOf(factors),
    theoremLoss: losses === undefined ? null : intervalOf(losses.map((loss) => loss[round])),
    delayBudgetSeconds: over(({ delayBudgetSeconds }) => delayBudgetSeconds),
    totalUsd: over(({ bill }) => bill.totalUsd),
    quartiles: {
      roundSeconds: spread(({ latency }) => latency.roundNanoseconds / 1e9),
      scheduled: spread(({ scheduled }) => scheduled),
      accountSeconds: spread(({ control }) => control.nextAccountSeconds),
      queueSeconds: spread(({ nextQueueSeconds }) => nextQueueSeconds),
      delaySeconds: spread(({ delaySeconds }) => delaySeconds),
      totalUsd: spread(({ bill }) => bill.totalUsd),
    },
  };
}

function answeredFraction(rounds: readonly RoundResult[]): number {
  const scheduled = rounds.reduce((sum, round) => sum + round.scheduled, 0);
  return scheduled === 0 ? 1 : rounds.reduce((sum, round) => sum + round.answered, 0) / scheduled;
}

function meanCurve(runs: readonly PointResult[]): readonly number[] {
  const curves = runs.flatMap(({ rounds }) =>
    rounds.filter(({ answered }) => answered > 0).map(({ latency }) => latency.completionCurve),
  );
  const first = curves[0];
  if (first === undefined) return [];
  return first.map((_, step) => meanOf(curves.map((curve) => curve[step])) / 1e3);
}

function meanOf(values: readonly number[]): number {
  return values.length === 0 ? 0 : values.reduce((sum, value) => sum + value, 0) / values.length;
}
