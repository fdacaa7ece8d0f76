import { Contestant, type ContestantSettings, type StepMeasure } from './contestant.ts';

/**
 * Steps that are not measured; a graphics card's libraries initialise and tune themselves in the first ones.
 */
const WARM_UP_STEPS = 3;

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
  steps: number,
): Promise<ReadonlyMap<string, readonly StepMeasure[]>> {
  const started = await Promise.all(names.map((name) => Contestant.start(name, caseName, settings)));
  const contestants = started.filter((contestant) => contestant !== undefined);
  const measures = new Map(contestants.map(({ name }): [string, StepMeasure[]] => [name, []]));
  for (let step = 0; step < WARM_UP_STEPS; step++) {
    for (const contestant of contestants) await contestant.step();
  }
  for (let step = 0; step < steps; step++) {
    for (const contestant of contestants) measures.get(contestant.name)?.push(await contestant.step());
  }
  for (const contestant of contestants) contestant.stop();
  return measures;
}
