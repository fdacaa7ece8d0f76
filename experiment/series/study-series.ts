import type { PointResult } from '#study/model/run-point.ts';
import { hopBits } from '#study/model/study-workload.ts';
import type { StudySettings } from '#study/settings/study-schema.ts';
import { NOTHING_SPENT, type Series, type SeriesRow, type Spent } from './run-series.ts';

/** A modelled run of a study as rows. It learns nothing, so it has no loss and no accuracy. */
export function studySeries(settings: StudySettings, { rounds, control }: PointResult): Series {
  const bits = hopBits(settings);
  const payloadBits = bits.embeddings + bits.features + bits.gradients;
  const nothing = {
    trainLoss: undefined,
    testAccuracy: undefined,
    testLoss: undefined,
    averagedHeadAccuracy: undefined,
  };
  let spent: Spent = { ...NOTHING_SPENT, usd: 0 };
  const rows: SeriesRow[] = [{ round: 0, spent, scheduled: undefined, delaySeconds: undefined, ...nothing }];
  for (const { round, scheduled, delaySeconds, latency, commitMs, joules, bill } of rounds) {
    spent = {
      rounds: round + 1,
      radioSeconds: spent.radioSeconds + delaySeconds,
      seconds: spent.seconds + latency.roundNanoseconds / 1e9 + commitMs / 1e3,
      radioBits: spent.radioBits + payloadBits * scheduled,
      joules: spent.joules + joules,
      usd: (spent.usd ?? 0) + bill.totalUsd,
    };
    rows.push({ round: round + 1, spent, scheduled, delaySeconds, ...nothing });
  }
  return {
    seed: settings.seed,
    policy: settings.scheduling.policy,
    virtualTime: true,
    budgetSeconds: control.budgetSeconds,
    chance: undefined,
    rows,
  };
}
