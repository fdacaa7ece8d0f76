import { ConfigError } from '#shared/errors.ts';

/**
 * The constants of Theorem 1. The available text of the paper does not contain its formulas, so the exact
 * form and every number are assumptions. The structure is the paper's: an initial gap that decays, a LoRA
 * term that falls with |S_t| and whose sampling part vanishes at |S_t| = N, a head term, and larger weights
 * of late rounds.
 */
export interface ConvergenceConstants {
  /** F(w_0) - F*, the loss above the optimum at the start. */
  readonly initialGap: number;
  /** lr, the server's learning rate. */
  readonly learningRate: number;
  /** mu of the Polyak-Lojasiewicz inequality (Assumption 5). */
  readonly polyakLojasiewicz: number;
  /** The smoothness constant of the loss (Assumption 2). */
  readonly smoothness: number;
  /** sigma^2, the bound on the variance of each entry of a local gradient (Assumption 4). */
  readonly gradientVariance: number;
  /** Number of elements of all LoRA matrices. */
  readonly loraParameters: number;
  /** Number of elements of one device's head. */
  readonly headParameters: number;
  /** N, the number of all devices. */
  readonly totalDevices: number;
}

/** Theorem 1, evaluated: the bound after each round and its terms. */
export interface ConvergenceBound {
  /** Bound on the gap after rounds 0..t, indexed by t. */
  readonly gapAfterRound: Float64Array;
  /**
   * rho^(T-1-t), empty rounds not counted: the weight of round t's terms at the end of the run. Rises with t.
   */
  readonly roundWeight: Float64Array;
  /** The LoRA term of round t, unweighted. Falls with |S_t|; 0 for an empty round. */
  readonly loraTerm: Float64Array;
  /** The head term, the same in every round. */
  readonly headTerm: number;
}

/**
 * Evaluates gap_t = rho * gap_{t-1} + lora(|S_t|) + head, with rho = 1 - lr*mu and
 *
 *     lora(k) = (lr^2 * smoothness / 2) * sigma^2 * loraParameters * (1/k + (N - k) / (k*(N - 1))),
 *     head    = (lr^2 * smoothness / 2) * sigma^2 * headParameters.
 *
 * 1/k is the noise of an average of k gradients, and the second term of lora the error of sampling k of N
 * devices without replacement. A round without scheduled devices updates nothing: its gap is that of the
 * round before.
 *
 * @param scheduledDevices |S_t| of each round
 * @throws ConfigError for constants out of range or a round with more than N devices
 */
export function convergenceBound(
  constants: ConvergenceConstants,
  scheduledDevices: readonly number[],
): ConvergenceBound {
  validateConstants(constants);
  const rho = 1 - constants.learningRate * constants.polyakLojasiewicz;
  const noise = (constants.learningRate ** 2 * constants.smoothness * constants.gradientVariance) / 2;
  const headTerm = noise * constants.headParameters;
  const rounds = scheduledDevices.length;
  const gapAfterRound = new Float64Array(rounds);
  const loraTerm = new Float64Array(rounds);
  let gap = constants.initialGap;
  scheduledDevices.forEach((scheduled, round) => {
    requireScheduled(scheduled, round, constants.totalDevices);
    if (scheduled > 0) {
      const lora = noise * constants.loraParameters * participationFactor(scheduled, constants.totalDevices);
      loraTerm[round] = lora;
      gap = rho * gap + lora + headTerm;
    }
    gapAfterRound[round] = gap;
  });
  const roundWeight = new Float64Array(rounds);
  let weight = 1;
  for (let round = rounds - 1; round >= 0; round--) {
    roundWeight[round] = weight;
    if (scheduledDevices[round] !== 0) weight *= rho;
  }
  return { gapAfterRound, roundWeight, loraTerm, headTerm };
}

/** 1/k + (N - k)/(k*(N - 1)): gradient noise and sampling error of k out of N devices; falls with k. */
export function participationFactor(scheduled: number, totalDevices: number): number {
  const sampling = totalDevices === 1 ? 0 : (totalDevices - scheduled) / (scheduled * (totalDevices - 1));
  return 1 / scheduled + sampling;
}

function validateConstants(constants: ConvergenceConstants): void {
  for (const [name, value] of Object.entries(constants)) {
    if (!(Number.isFinite(value) && value >= 0)) {
      throw new ConfigError(`is ${value}.`, {
        subject: `convergence.${name}`,
        remedy: 'Give a finite number of 0 or more.',
      });
    }
  }
  const contraction = constants.learningRate * constants.polyakLojasiewicz;
  if (!(contraction > 0 && contraction < 1)) {
    throw new ConfigError(
      `learningRate * polyakLojasiewicz is ${contraction}; the bound needs 0 < lr*mu < 1.`,
      {
        subject: 'convergence',
        remedy:
          contraction > 0
            ? `Give a learningRate below ${1 / constants.polyakLojasiewicz}.`
            : 'Give a learningRate and a polyakLojasiewicz above 0.',
      },
    );
  }
  if (!(Number.isInteger(constants.totalDevices) && constants.totalDevices >= 1)) {
    throw new ConfigError(`is ${constants.totalDevices}.`, {
      subject: 'convergence.totalDevices',
      remedy: 'Give the whole number of devices, 1 or more.',
    });
  }
}

function requireScheduled(scheduled: number, round: number, totalDevices: number): void {
  if (!(Number.isInteger(scheduled) && scheduled >= 0 && scheduled <= totalDevices)) {
    throw new ConfigError(`is ${scheduled}; there are ${totalDevices} devices.`, {
      subject: `scheduledDevices[${round}]`,
      remedy: 'Give how many devices took part in each round.',
    });
  }
}
