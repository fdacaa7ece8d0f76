import { Contestant, type ContestantSettings, type StepMeasure } from './contestant.ts';

/**
 * Usual number of steps that are not measured; a graphics card's libraries initialise and tune themselves in
 * the first ones.
 */
export const WARM_UP_STEPS = 3;

/** Number of steps of each contestant. */
export interface RaceLength {
  readonly steps: number;
  /** Steps before them that are not measured; {@link WARM_UP_STEPS} if left out. */
  readonly warmUpSteps?: number;
  /** Tokens of a mini-batch; the case's own if left out. */
  readonly tokens?: number | undefined;
}

/** Time of a whole step. [ms] */
export const total = ({ forwardMs, backwardMs }: StepMeasure): number => forwardMs + backwardMs;

/** Starts contestants, each in a process. @returns those whose requirements are installed */
export async function startContestants(
  names: readonly string[],
  caseName: string,
  settings: ContestantSettings,
): Promise<readonly Contestant[]> {
  const started = await Promise.all(names.map((name) => Contestant.start(name, caseName, settings)));
  return started.filter((contestant) => contestant !== undefined);
}

/**
 * Runs warm-up steps, then measured steps in turns, so that other load affects all contestants alike.
 *
 * @returns The measured steps of each contestant, by name.
 */
export async function race(
  contestants: readonly Contestant[],
  { steps, warmUpSteps = WARM_UP_STEPS, tokens }: RaceLength,
): Promise<ReadonlyMap<string, readonly StepMeasure[]>> {
  const measures = new Map(contestants.map(({ name }): [string, StepMeasure[]] => [name, []]));
  for (let step = 0; step < warmUpSteps; step++) {
    for (const contestant of contestants) await contestant.step(tokens);
  }
  for (let step = 0; step < steps; step++) {
    for (const contestant of contestants) measures.get(contestant.name)?.push(await contestant.step(tokens));
  }
  return measures;
}
