import type { CostParameters } from '#emulator/parameters/cost-parameters.ts';
import { virtualCpus } from '#emulator/parameters/function-parameters.ts';
import type { Work } from '#shared/cloud/ports/telemetry.ts';

/** Predicts how long work takes on one kind of host, milliseconds. */
export type CostModel = (work: Work) => number;

/** Work in the encoder's container. */
export function containerCost(parameters: CostParameters): CostModel {
  return (work) => linearCostMs(parameters, work, 1);
}

/**
 * Work in a function: all of it slows in proportion below one virtual CPU, and gains nothing above, for the handlers run
 * on one thread.
 */
export function functionCost(parameters: CostParameters, memoryMegabytes: number): CostModel {
  const speed = Math.min(1, virtualCpus(memoryMegabytes));
  return (work) => linearCostMs(parameters, work, speed);
}

function linearCostMs(parameters: CostParameters, { stage, flops, items }: Work, speed: number): number {
  const { fixedMs, itemMs, gigaflopsPerSecond } = parameters[stage];
  return (fixedMs + items * itemMs + flops / (1e6 * gigaflopsPerSecond)) / speed;
}
