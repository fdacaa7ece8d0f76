import { correlationOf } from '#shared/channel/fading.ts';
import { type ChannelRound, radioChannel, type Scenario } from '#shared/channel/scenario.ts';
import type { ControlLaw } from './control-law.ts';
import { type LawQuestion, lawOfRounds } from './draw-law.ts';

/** With correlated fading the law is that of so many last rounds, the present one included. */
const LAST_ROUNDS = 8;

/** How many rounds up to the present one a scheduler has to know: one, or with correlated fading the last ones. */
export function roundsNeeded({ settings: { fading } }: Scenario): number {
  return correlationOf(fading) > 0 ? LAST_ROUNDS : 1;
}

/**
 * The law of the present round, where fading is correlated: the next rounds will be like the last ones. They follow from
 * settings and seed alone, so every host finds the same law.
 */
export function lawOfLastRounds(
  scenario: Scenario,
  rounds: readonly ChannelRound[],
  question: LawQuestion,
): ControlLaw {
  return lawOfRounds(
    rounds.slice(-LAST_ROUNDS).map((round) => radioChannel(scenario, round)),
    question,
  );
}
