/** The times of one round of a run; all reports of a run compute their figures from these. */
export interface RoundTimes {
  /** From the start of the round to its commit [s]. */
  readonly roundSeconds: number;
  /** Time of the critical path in each stage [s]; the sum is the time from the round's start to its close. */
  readonly timeSplitSeconds: Readonly<Record<string, number>>;
}

/** Mean time of a round from its start to its commit [s]; 0 without rounds. */
export function meanRoundSeconds(rounds: readonly RoundTimes[]): number {
  return meanOf(rounds, ({ roundSeconds }) => roundSeconds);
}

/** Mean time of a stage on the critical path [s]. */
export function meanStageSeconds(rounds: readonly RoundTimes[], stage: string): number {
  return meanOf(rounds, ({ timeSplitSeconds }) => timeSplitSeconds[stage] ?? 0);
}

/** Mean time from a round's close to its commit [s], which belongs to no stage. */
export function meanCommitSeconds(rounds: readonly RoundTimes[]): number {
  return meanOf(rounds, ({ roundSeconds, timeSplitSeconds }) => {
    const stages = Object.values(timeSplitSeconds).reduce((sum, seconds) => sum + seconds, 0);
    // For rounds without commit time, the difference is a rounding error of either sign.
    return Math.max(0, roundSeconds - stages);
  });
}

function meanOf(rounds: readonly RoundTimes[], value: (round: RoundTimes) => number): number {
  return rounds.length === 0 ? 0 : rounds.reduce((sum, round) => sum + value(round), 0) / rounds.length;
}
