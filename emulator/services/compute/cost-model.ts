import type { CostParameters } from '#emulator/parameters/cost-parameters.ts';
import { virtualCpus } from '#emulator/parameters/function-parameters.ts';
import type { Work } from '#shared/cloud/ports/telemetry.ts';

/** Time that a piece of work takes on one kind of machine (a function or the encoder's container) [ms]. */
export type CostModel = (work: Work) => number;

/** The cost model of the encoder's container. */
export function containerCost(parameters: CostParameters): CostModel {
  return (work) => linearCostMs(parameters, work, 1);
}

/**
 * The cost model of a function. Below one virtual CPU, all work slows down in proportion to the CPU share.
 * Above one, nothing gets faster, because the handlers run on one thread.
 */
export function functionCost(parameters: CostParameters, memoryMegabytes: number): CostModel {
  const speed = Math.min(1, virtualCpus(memoryMegabytes));
  return (work) => linearCostMs(parameters, work, speed);
}

function linearCostMs(parameters: CostParameters, { stage, flops, items }: Work, speed: number): number {
  const { fixedMs, itemMs, gigaflopsPerSecond } = parameters[stage];
  return (fixedMs + items * itemMs + flops / (1e6 * gigaflopsPerSecond)) / speed;
}
