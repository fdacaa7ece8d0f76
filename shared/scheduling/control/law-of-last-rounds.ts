import type { ChannelPlugin } from '#shared/channel/run-channel.ts';
import { type ChannelRound, hasMemory, radioChannel, type Scenario } from '#shared/channel/scenario.ts';
import type { ControlLaw } from './control-law.ts';
import { type LawQuestion, lawOfRounds } from './draw-law.ts';

/** With correlated fading the law is computed from this many last rounds, the present one included. */
const LAST_ROUNDS = 8;

/**
 * Number of rounds, up to the present one, that a scheduler needs: one, or 8 if rounds resemble each other.
 */
export function roundsNeeded({ settings }: Scenario, plugin?: Pick<ChannelPlugin, 'record'>): number {
  return (plugin?.record.memory ?? hasMemory(settings)) ? LAST_ROUNDS : 1;
}

/**
 * The law for the present round with correlated fading, from the last rounds, which the next ones resemble.
 * The rounds follow from settings and seed alone, so every host computes the same law.
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
