import type { Sources } from '#bench/learning/learning-run.ts';
import { median } from '#bench/median.ts';
import { CONTESTANTS, type Contestant } from './contestants.ts';

/** Rounds of each turn that are not counted, in addition to the first. */
const WARM_UP = 1;

export interface RoundsMeasure {
  readonly contestant: Contestant;
  /** Median time of a warm round. [s] */
  readonly round: number;
  /** Time of a whole run: from process start to the end of the first round, and the warm rounds. [s] */
  readonly whole: number;
  /** Number of warm rounds measured. */
  readonly count: number;
}

export interface RoundsPlan {
  readonly turns: number;
  /** Time of each contestant in each turn after its first round. */
  readonly seconds: number;
  /** Rounds of a whole run. */
  readonly rounds: number;
}

/** Runs all contestants in turns. Those that cannot run are named and left out. */
export async function measureRounds(sources: Sources, plan: RoundsPlan): Promise<readonly RoundsMeasure[]> {
  const measured = CONTESTANTS.map((contestant) => ({
    contestant,
    /** Time from process start to the end of the first round, for each turn. */
    firstSeconds: [] as number[],
    roundSeconds: [] as number[],
  }));
  for (let turn = 0; turn < plan.turns; turn++) {
    for (const { contestant, firstSeconds, roundSeconds } of measured) {
      const ends = await contestant.measure(sources, plan.seconds);
      if (typeof ends !== 'string') {
        firstSeconds.push(ends[0]);
        roundSeconds.push(
          ...ends
            .slice(1)
            .map((end, index) => end - ends[index])
            .slice(WARM_UP),
        );
      } else if (turn === 0) console.log(`${title(contestant)} is absent: ${ends}`);
    }
  }
  return measured
    .filter(({ roundSeconds }) => roundSeconds.length > 0)
    .map(({ contestant, firstSeconds, roundSeconds }) => {
      const round = median(roundSeconds);
      const whole = median(firstSeconds) + (plan.rounds - 1) * round;
      return { contestant, round, whole, count: roundSeconds.length };
    });
}

export function title({ name, setting }: Contestant): string {
  return setting === undefined ? name : `${name}, ${setting}`;
}

/** The figure of the best setting of a contestant name; NaN if none could run. */
export function least(figures: readonly RoundsMeasure[], name: string, figure: 'round' | 'whole'): number {
  const settings = figures.filter(({ contestant }) => contestant.name === name);
  return settings.length === 0 ? Number.NaN : Math.min(...settings.map((each) => each[figure]));
}
