import { meanOf } from '#experiment/statistics/bootstrap.ts';
import type { PointResult } from '#study/model/run-point.ts';

/** The figures of one modelled run that advice is about. */
export interface PointFigures {
  /** From the start of a round to the start of the next one [s]. */
  readonly secondsPerRound: number;
  readonly usdPerRound: number;
  readonly answeredPerRound: number;
}

/** Figures of a run; means over its rounds. */
export function pointFigures({ rounds }: PointResult): PointFigures {
  const mean = (value: (round: PointResult['rounds'][number]) => number) => meanOf(rounds.map(value));
  return {
    secondsPerRound: mean(({ latency, commitMs }) => latency.roundNanoseconds / 1e9 + commitMs / 1e3),
    usdPerRound: mean(({ bill }) => bill.totalUsd),
    answeredPerRound: mean(({ answered }) => answered),
  };
}
