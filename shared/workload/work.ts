import type { Work } from '#shared/cloud/ports/telemetry.ts';
import {
  type BatchExtent,
  type EncoderSize,
  encoderBackwardFlops,
  encoderForwardFlops,
} from './operation-count.ts';

/**
 * Operations to plan one device's part of a round, an estimate: about 100 to draw its channel (path loss, shadowing and
 * fading with their logarithms) and about 100 for its part in the search for delay and bandwidth.
 */
const PLANNING_FLOPS_PER_DEVICE = 200;

/** Forward, gradient of the parameters and gradient of the features: a multiply-add each. */
const HEAD_FLOPS_PER_PARAMETER = 6;

/** Operations of an optimiser step on one parameter. */
const OPTIMIZER_FLOPS_PER_PARAMETER = 10;

/** Planning a round. */
export function scheduleWork(devices: number): Work {
  return { stage: 'schedule', flops: PLANNING_FLOPS_PER_DEVICE * devices, items: devices };
}

/**
 * Embedding a mini-batch.
 *
 * @param values Values of the embedding output: examples * tokens * hidden size.
 */
export function embedWork(flopsPerValue: number, values: number, examples: number): Work {
  return { stage: 'embed', flops: flopsPerValue * values, items: examples };
}

/** One forward pass through the encoder for the mini-batches of several devices. */
export function forwardWork(size: EncoderSize, extents: readonly BatchExtent[]): Work {
  return { stage: 'forward', ...summed(size, extents, encoderForwardFlops) };
}

/** One backward pass to LoRA for the mini-batches of several devices. */
export function backwardWork(size: EncoderSize, extents: readonly BatchExtent[]): Work {
  return { stage: 'backward', ...summed(size, extents, encoderBackwardFlops) };
}

/** Loss and gradients of a head on a mini-batch. */
export function headWork(parameters: number, examples: number): Work {
  return { stage: 'head', flops: HEAD_FLOPS_PER_PARAMETER * examples * parameters, items: examples };
}

/** Summing the LoRA gradients of a round and one step of the optimiser. */
export function aggregateWork(loraParameters: number, answers: number): Work {
  return {
    stage: 'aggregate',
    flops: loraParameters * (answers + OPTIMIZER_FLOPS_PER_PARAMETER),
    items: answers,
  };
}

function summed(
  size: EncoderSize,
  extents: readonly BatchExtent[],
  flopsOf: (size: EncoderSize, extent: BatchExtent) => number,
): Pick<Work, 'flops' | 'items'> {
  return {
    flops: extents.reduce((sum, extent) => sum + flopsOf(size, extent), 0),
    items: extents.reduce((sum, { sequences }) => sum + sequences, 0),
  };
}
