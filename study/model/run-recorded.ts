import { runModelled } from '#emulator/modelled/modelled-run.ts';
import type { ModelledRound } from '#emulator/modelled/round-book.ts';
import type { ModelledPlan } from '#emulator/modelled/round-state.ts';
import { fixedFacts } from '#shared/scheduling/context/run-facts.ts';
import type { StudySettings } from '#study/settings/study-schema.ts';
import { hopBits, studyWorkload } from './study-workload.ts';

/** What a run recorded of a round's plan. */
export interface RecordedPlan {
  /** Numbers of the scheduled devices. */
  readonly selected: readonly number[];
  /** Radio delay of the slowest of them [s]. */
  readonly delaySeconds: number;
}

/**
 * Simulates rounds that were planned before, without the policy or the channel that planned them. All devices
 * of a round take its recorded delay, as they do where the band is split so that they finish together.
 *
 * @throws InfeasibleError when a round never closes
 */
export function runRecorded(
  settings: StudySettings,
  recorded: readonly RecordedPlan[],
): readonly ModelledRound[] {
  const { seed, device, scheduling, data, training, cloud } = settings;
  const { devices, graceSeconds } = training;
  const facts = { seed, devices, device, scheduling, policyPlugin: undefined };
  const { computeSeconds } = fixedFacts(facts, new Float64Array(devices).fill(data.shardExamples));
  const bits = hopBits(settings);
  const payloadBits = bits.embeddings + bits.features + bits.gradients;
  const rounds: ModelledRound[] = [];
  runModelled({
    parameters: cloud,
    workload: studyWorkload(settings),
    seed,
    rounds: recorded.length,
    graceSeconds,
    plan: (round): ModelledPlan => {
      const { delaySeconds } = recorded[round];
      const selected = recorded[round].selected.toSorted((left, right) => left - right);
      return {
        devices: selected.length,
        selected,
        rateBitsPerSecond: new Float64Array(selected.length).fill(payloadBits / delaySeconds),
        delaySeconds,
        computeSeconds: Float64Array.from(selected, (index) => computeSeconds[index]),
      };
    },
    onRound: (round) => rounds.push(round),
  });
  return rounds;
}
