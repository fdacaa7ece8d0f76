import { Contestant, type ContestantSettings, type StepMeasure } from './contestant.ts';

/**
 * Usual number of steps that are not measured: a graphics card's libraries initialise and tune themselves in
 * the first ones.
 */
export const WARM_UP_STEPS = 3;

/** Number of steps of each contestant. */
export interface RaceLength {
  readonly steps: number;
  /** Steps before them that are not measured; {@link WARM_UP_STEPS} if left out. */
  readonly warmUpSteps?: number;
}

/** Time of a whole step. [ms] */
export const total = ({ forwardMs, backwardMs }: StepMeasure): number => forwardMs + backwardMs;

/**
 * Starts contestants, each in a process, and runs warm-up steps, then measured steps in turns, so that other
 * load affects all alike.
 *
 * @returns The measured steps of each contestant whose requirements are installed, by name.
 */
export async function race(
  names: readonly string[],
  caseName: string,
  settings: ContestantSettings,
  { steps, warmUpSteps = WARM_UP_STEPS }: RaceLength,
): Promise<ReadonlyMap<string, readonly StepMeasure[]>> {
  const started = await Promise.all(names.map((name) => Contestant.start(name, caseName, settings)));
  const contestants = started.filter((contestant) => contestant !== undefined);
  const measures = new Map(contestants.map(({ name }): [string, StepMeasure[]] => [name, []]));
  for (let step = 0; step < warmUpSteps; step++) {
    for (const contestant of contestants) await contestant.step();
  }
  for (let step = 0; step < steps; step++) {
    for (const contestant of contestants) measures.get(contestant.name)?.push(await contestant.step());
  }
  for (const contestant of contestants) contestant.stop();
  return measures;
}
