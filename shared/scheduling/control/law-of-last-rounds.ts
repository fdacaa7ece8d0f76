import type { ChannelPlugin } from '#shared/channel/run-channel.ts';
import { type ChannelRound, hasMemory, radioChannel, type Scenario } from '#shared/channel/scenario.ts';
import type { ControlLaw } from './control-law.ts';
import { type LawQuestion, lawOfRounds } from './draw-law.ts';

/** With correlated fading, the law is computed from this many last rounds, the current one included. */
const LAST_ROUNDS = 8;

/**
 * Number of last rounds, the current one included, whose channel a scheduler needs: 1, or 8 if rounds are
 * correlated.
 */
export function roundsNeeded({ settings }: Scenario, plugin?: Pick<ChannelPlugin, 'record'>): number {
  return (plugin?.record.memory ?? hasMemory(settings)) ? LAST_ROUNDS : 1;
}

/**
 * The law for the current round with correlated fading, from the last rounds, because the next rounds are
 * similar to them. The rounds follow from settings and seed alone, so every host computes the same law.
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
