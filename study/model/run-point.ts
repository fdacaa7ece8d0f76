import type { RoundLatency } from '#emulator/latency/latency-account.ts';
import type { ModelledTrace } from '#emulator/modelled/modelled-context.ts';
import { type ModelledOutcome, runModelled } from '#emulator/modelled/modelled-run.ts';
import type { ModelledPlan } from '#emulator/modelled/round-state.ts';
import { type Bill, billOf, type Usage } from '#emulator/services/prices/bill.ts';
import { includesRound, type RoundList } from '#shared/protocol/round-list.ts';
import type { RoundTrace } from '#shared/protocol/round-trace.ts';
import { type ControlSummary, controlSummary } from '#shared/scheduling/control/control-summary.ts';
import type { StudySettings } from '#study/settings/study-schema.ts';
import { modelledTrace } from './modelled-trace.ts';
import { type PlanRecord, type PointPlugins, RoundPlanner } from './round-planner.ts';
import { studyWorkload } from './study-workload.ts';

/** One round of one point. */
export interface RoundResult extends PlanRecord {
  readonly round: number;
  readonly scheduled: number;
  readonly answered: number;
  readonly commitMs: number;
  readonly coldStarts: number;
  readonly latency: RoundLatency;
  readonly usage: Usage;
  readonly bill: Bill;
}

/** The result of one run of one point; depends only on its settings. */
export interface PointResult {
  readonly rounds: readonly RoundResult[];
  readonly outcome: ModelledOutcome;
  readonly control: ControlSummary;
}

/** A request for round traces of a point. */
export interface PointTracing {
  /** The run's name in its traces. */
  readonly run: string;
  readonly rounds: RoundList;
  readonly onTrace: (trace: RoundTrace) => void;
}

/** Listeners to the simulation of a point. */
export interface PointWatch {
  /** Called with the index of each finished round. */
  readonly onRound?: (round: number) => void;
  /** Receives every message; for tests and debugging. */
  readonly messages?: ModelledTrace;
  readonly tracing?: PointTracing;
}

/**
 * Simulates the rounds of one point without plug-ins.
 *
 * @throws ConfigError, InfeasibleError when a round cannot be planned or never closes
 */
export function runPoint(settings: StudySettings, watch: PointWatch = {}): PointResult {
  const planner = new RoundPlanner(settings);
  return simulate(settings, planner, (round) => planner.plan(round), watch);
}

/**
 * Simulates the rounds of one point with plug-ins. All rounds are planned first, since no plan depends on the
 * cloud's times.
 *
 * @param watch `onRound` is called when a round is planned, because planning takes most of the time
 * @throws PluginError naming the plug-in and the round; ConfigError, InfeasibleError as {@link runPoint}
 */
export async function runPointByPlugins(
  settings: StudySettings,
  plugins: PointPlugins,
  { onRound = () => {}, ...watch }: PointWatch = {},
): Promise<PointResult> {
  const planner = new RoundPlanner(settings, plugins);
  await planner.begin();
  const plans: ModelledPlan[] = [];
  for (let round = 0; round < settings.training.rounds; round++) {
    plans.push(await planner.planByPlugins(round));
    onRound(round);
  }
  return simulate(settings, planner, (round) => plans[round], watch);
}

function simulate(
  settings: StudySettings,
  planner: RoundPlanner,
  plan: (round: number) => ModelledPlan,
  { onRound = () => {}, messages, tracing }: PointWatch,
): PointResult {
  const rounds: RoundResult[] = [];
  const outcome = runModelled({
    parameters: settings.cloud,
    workload: studyWorkload(settings),
    seed: settings.seed,
    rounds: settings.training.rounds,
    graceSeconds: settings.training.graceSeconds,
    plan,
    ...(messages === undefined ? {} : { trace: messages }),
    isTraced: (round) =>
      tracing !== undefined && includesRound(tracing.rounds, round + 1, settings.training.rounds),
    onRound: (modelled) => {
      const { round, scheduled, answered, commitMs, coldStarts, latency, usage } = modelled;
      const bill = billOf(usage, settings.cloud.prices);
      rounds.push({
        round,
        ...planner.record(round),
        scheduled,
        answered,
        commitMs,
        coldStarts,
        latency,
        usage,
        bill,
      });
      if (tracing !== undefined && modelled.times !== undefined) {
        tracing.onTrace(modelledTrace(tracing.run, modelled, modelled.times));
      }
      onRound(round);
    },
  });
  const control = controlSummary(
    rounds.map((round) => ({ ...round, forcedSeconds: round.control.forcedSeconds })),
    (spent) => planner.possible(spent),
  );
  return { rounds, outcome, control };
}
