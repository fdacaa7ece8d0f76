import { meanOf } from '#experiment/statistics/bootstrap.ts';
import type { RawSettings } from '#shared/config/merge-settings.ts';
import { mergeSettings } from '#shared/config/merge-settings.ts';
import { PLANNING_VERSION, type PlanningResult } from '#shared/protocol/planning-result.ts';
import { csvText } from '#study/output/csv-text.ts';
import { parseStudy } from '#study/settings/parse-study.ts';
import { quartilesOf } from '#study/statistics/interval.ts';
import { type PlannedRound, planningTimes } from './planning-times.ts';

/** The plans to time: every contender under every delay budget, with every seed. */
export interface PlanningPlan {
  readonly title: string;
  readonly notes: readonly string[];
  readonly settings: RawSettings;
  readonly contenders: readonly { readonly name: string; readonly settings: RawSettings }[];
  readonly secondsPerBit: readonly number[];
  readonly seeds: readonly number[];
}

/** The planned rounds of one contender, budget and seed. */
interface PlannedRun {
  readonly contender: string;
  readonly secondsPerBit: number;
  readonly seed: number;
  readonly rounds: readonly PlannedRound[];
}

export interface PlanningOutcome {
  readonly result: PlanningResult;
  /** planning.csv: one row for each planned round. */
  readonly csv: string;
}

/**
 * Plans the rounds of every run and times each plan.
 *
 * @param nowMs a monotonic clock
 * @param onRun called after each run, with the number of finished and of all runs
 */
export async function planningExperiment(
  plan: PlanningPlan,
  nowMs: () => number,
  onRun: (done: number, all: number) => Promise<void>,
): Promise<PlanningOutcome> {
  const { title, notes, contenders, secondsPerBit, seeds } = plan;
  const runs: PlannedRun[] = [];
  const all = contenders.length * secondsPerBit.length * seeds.length;
  for (const seed of seeds) {
    for (const contender of contenders) {
      for (const budget of secondsPerBit) {
        const budgeted = { scheduling: { delayBudget: { secondsPerBit: budget } }, seed };
        const raw = [contender.settings, budgeted].reduce<RawSettings>(mergeSettings, plan.settings);
        const rounds = planningTimes(parseStudy(raw, contender.name), nowMs);
        runs.push({ contender: contender.name, secondsPerBit: budget, seed, rounds });
        await onRun(runs.length, all);
      }
    }
  }
  const { training } = parseStudy(plan.settings, 'settings');
  return {
    result: {
      format: 'airtune-planning',
      version: PLANNING_VERSION,
      title,
      notes: [...notes],
      devices: training.devices,
      rounds: training.rounds,
      seeds: [...seeds],
      cells: contenders.flatMap(({ name }) => secondsPerBit.map((budget) => cellOf(name, budget, runs))),
    },
    csv: planningCsv(runs),
  };
}

function cellOf(
  contender: string,
  secondsPerBit: number,
  runs: readonly PlannedRun[],
): PlanningResult['cells'][number] {
  const own = runs.filter((run) => run.contender === contender && run.secondsPerBit === secondsPerBit);
  const rounds = own.flatMap((run) => run.rounds);
  const times = rounds.map(({ planningSeconds }) => planningSeconds);
  const { lower, median, upper } = quartilesOf(times);
  return {
    contender,
    secondsPerBit,
    meanScheduled: meanOf(rounds.map(({ scheduled }) => scheduled)),
    planningSeconds: {
      least: Math.min(...times),
      lowerQuartile: lower,
      median,
      upperQuartile: upper,
      most: Math.max(...times),
      mean: meanOf(times),
      seedMeans: own.map((run) => meanOf(run.rounds.map(({ planningSeconds }) => planningSeconds))),
    },
  };
}

function planningCsv(runs: readonly PlannedRun[]): string {
  const header = ['contender', 'budget_s_per_bit', 'seed', 'round', 'scheduled_devices', 'planning_s'];
  const rows = runs.flatMap(({ contender, secondsPerBit, seed, rounds }) =>
    rounds.map(({ round, scheduled, planningSeconds }) => [
      contender,
      secondsPerBit,
      seed,
      round + 1,
      scheduled,
      planningSeconds,
    ]),
  );
  return csvText([header, ...rows]);
}
