/** The times of one round of a run, from which every report of the run takes its figures. */
export interface RoundTimes {
  /** From the start of the round to its commit. */
  readonly roundSeconds: number;
  /** Seconds of the critical path by stage; they add up to the round up to its close. */
  readonly timeSplitSeconds: Readonly<Record<string, number>>;
}

/** The whole round, from its start to its commit: the mean of all rounds, 0 without any. */
export function meanRoundSeconds(rounds: readonly RoundTimes[]): number {
  return meanOf(rounds, ({ roundSeconds }) => roundSeconds);
}

/** A stage's part of the critical path: the mean of all rounds. */
export function meanStageSeconds(rounds: readonly RoundTimes[], stage: string): number {
  return meanOf(rounds, ({ timeSplitSeconds }) => timeSplitSeconds[stage] ?? 0);
}

/** The time from a round's close to its commit, which belongs to no stage: the mean of all rounds. */
export function meanCommitSeconds(rounds: readonly RoundTimes[]): number {
  return meanOf(rounds, ({ roundSeconds, timeSplitSeconds }) => {
    const stages = Object.values(timeSplitSeconds).reduce((sum, seconds) => sum + seconds, 0);
    // Stages that add up to the round leave a rounding error, of either sign.
    return Math.max(0, roundSeconds - stages);
  });
}

function meanOf(rounds: readonly RoundTimes[], value: (round: RoundTimes) => number): number {
  return rounds.length === 0 ? 0 : rounds.reduce((sum, round) => sum + value(round), 0) / rounds.length;
}
