import { type ConvergenceConstants, convergenceBound } from '#shared/scheduling/convergence-bound.ts';

/** Theorem 1's constants except the number of devices, which is in the round. */
export type GivenConstants = Omit<ConvergenceConstants, 'totalDevices'>;

/** Theorem 1's terms for one round of this plan, and the gap after a first round. */
export function theoremTerms(constants: GivenConstants, scheduled: number, totalDevices: number) {
  const bound = convergenceBound({ ...constants, totalDevices }, [scheduled]);
  return { loraTerm: bound.loraTerm[0], headTerm: bound.headTerm, gapAfterRound: bound.gapAfterRound[0] };
}
