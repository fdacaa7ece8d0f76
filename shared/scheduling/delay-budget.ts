import { ConfigError } from '#shared/errors.ts';

/** The average delay to keep, as seconds per round or, as the paper states it, as seconds per payload bit. */
export type DelayBudget =
  | { readonly secondsPerRound: number }
  /** The paper's "ms per bit" divided by 1000: D_budget / L. */
  | { readonly secondsPerBit: number };

/** D_budget of a round [s] for a payload of L bits. @throws ConfigError unless the budget is positive and finite */
export function delayBudgetSeconds(budget: DelayBudget, payloadBits: number): number {
  const seconds = 'secondsPerRound' in budget ? budget.secondsPerRound : budget.secondsPerBit * payloadBits;
  if (!(Number.isFinite(seconds) && seconds > 0)) {
    throw new ConfigError(`comes to ${seconds} s per round for ${payloadBits} bits.`, {
      subject: 'delayBudget',
      remedy: 'Give a positive number of seconds per round or per bit.',
    });
  }
  return seconds;
}
