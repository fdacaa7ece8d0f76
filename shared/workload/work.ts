import type { Work } from '#shared/cloud/ports/telemetry.ts';
import type { ModelConfig } from '#shared/model/families/model-config.ts';
import { type BatchExtent, encoderBackwardFlops, encoderForwardFlops } from './operation-count.ts';

/**
 * Estimated operations to plan one device's part of a round: about 100 to draw its channel (path loss,
 * shadowing and fading with their logarithms), and about 100 for its part in the search for delay and
 * bandwidth.
 */
const PLANNING_FLOPS_PER_DEVICE = 200;

/** Forward pass, gradient of the parameters and gradient of the features: one multiply-add each. */
const HEAD_FLOPS_PER_PARAMETER = 6;

/** Logits, and the gradient of the hidden states: one multiply-add each. */
const VOCABULARY_FLOPS_PER_VALUE = 4;

/** Gradient of the output matrix: one multiply-add. */
const MATRIX_GRADIENT_FLOPS_PER_VALUE = 2;

/** Operations of an optimiser step on one parameter. */
const OPTIMIZER_FLOPS_PER_PARAMETER = 10;

/** Work of planning a round. */
export function scheduleWork(devices: number): Work {
  return { stage: 'schedule', flops: PLANNING_FLOPS_PER_DEVICE * devices, items: devices };
}

/**
 * Work of embedding a mini-batch.
 *
 * @param values values of the embedding output: examples * tokens * hidden size
 */
export function embedWork(flopsPerValue: number, values: number, examples: number): Work {
  return { stage: 'embed', flops: flopsPerValue * values, items: examples };
}

/** Work of one forward pass through the encoder for the mini-batches of several devices. */
export function forwardWork(model: ModelConfig, extents: readonly BatchExtent[]): Work {
  return { stage: 'forward', ...summed(model, extents, encoderForwardFlops) };
}

/** Work of one backward pass to LoRA for the mini-batches of several devices. */
export function backwardWork(model: ModelConfig, extents: readonly BatchExtent[]): Work {
  return { stage: 'backward', ...summed(model, extents, encoderBackwardFlops) };
}

/** Work of loss and gradients of a head on a mini-batch. */
export function headWork(parameters: number, examples: number): Work {
  return { stage: 'head', flops: HEAD_FLOPS_PER_PARAMETER * examples * parameters, items: examples };
}

/**
 * Work of a language model's head: for every predicted token, the products with the output matrix to the
 * logits and back, and the product that is its gradient if the device trains it.
 *
 * @param values values of the output matrix
 */
export function vocabularyWork(
  values: number,
  predicted: number,
  examples: number,
  trainsMatrix: boolean,
): Work {
  const flopsPerValue = VOCABULARY_FLOPS_PER_VALUE + (trainsMatrix ? MATRIX_GRADIENT_FLOPS_PER_VALUE : 0);
  return { stage: 'head', flops: flopsPerValue * predicted * values, items: examples };
}

/** Work of summing a round's LoRA gradients and one step of the optimiser. */
export function aggregateWork(loraParameters: number, answers: number): Work {
  return {
    stage: 'aggregate',
    flops: loraParameters * (answers + OPTIMIZER_FLOPS_PER_PARAMETER),
    items: answers,
  };
}

function summed(
  model: ModelConfig,
  extents: readonly BatchExtent[],
  flopsOf: (model: ModelConfig, extent: BatchExtent) => number,
): Pick<Work, 'flops' | 'items'> {
  return {
    flops: extents.reduce((sum, extent) => sum + flopsOf(model, extent), 0),
    items: extents.reduce((sum, { sequences }) => sum + sequences, 0),
  };
}
