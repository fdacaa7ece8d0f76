import type { GivenSchema } from '#shared/plugins/settings-schema.ts';

/**
 * Version of the interface of optimiser plug-ins. It rises when plug-ins of the previous version stop
 * working.
 */
export const OPTIMIZER_INTERFACE_VERSION = 1;

/** Values of tensors by name, each in row-major order. */
export type TensorValues = Readonly<Record<string, Float32Array>>;

/** The inputs of an optimiser plug-in in a round. */
export interface OptimizerInput {
  /** Index of the round, from 0. */
  readonly round: number;
  /** Number of rounds of the run. */
  readonly rounds: number;
  /** Factor of the learning rate in this round, in (0, 1], by the setting `server.schedule`. */
  readonly scheduleFactor: number;
  /** The LoRA tensors. */
  readonly parameters: TensorValues;
  /** Shape of each parameter and gradient. */
  readonly shapes: Readonly<Record<string, readonly number[]>>;
  /** The averaged gradient of each parameter, clipped by `server.clipNorm`. */
  readonly gradients: TensorValues;
  /** The state that the step before returned; empty before the first step. */
  readonly state: TensorValues;
}

/** The result of a step. */
export interface OptimizerOutput {
  /** Every parameter after the step, of the same length. */
  readonly parameters: TensorValues;
  /** Tensors for the next step, of any names and lengths. They are part of each checkpoint. */
  readonly state?: TensorValues | undefined;
}

/** An optimiser plug-in: the default export of its module. */
export interface OptimizerDefinition<Settings = unknown> {
  readonly interfaceVersion: typeof OPTIMIZER_INTERFACE_VERSION;
  /** Name in tables and reports. */
  readonly name: string;
  /** Schema of `server.optimizerSettings`. Left out for an optimiser without settings. */
  readonly settings?: GivenSchema<Settings>;
  /**
   * One step. Pure: the same arguments give the same values, as a step may be made more than once, and on
   * another machine.
   */
  readonly update: (input: OptimizerInput, settings: Settings) => OptimizerOutput | Promise<OptimizerOutput>;
}

/** Returns the definition unchanged. It checks the types and infers the type of the settings. */
export function defineOptimizer<Settings = Readonly<Record<string, never>>>(
  definition: OptimizerDefinition<Settings>,
): OptimizerDefinition<Settings> {
  return definition;
}
