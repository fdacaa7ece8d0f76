import { tensorFeeds } from '#shared/model/engine/onnx/session/graph-feeds.ts';
import type { Feeds } from '#shared/model/engine/onnx/session/onnx-session.ts';
import type { NamedTensors } from '#shared/model/tensor.ts';
import type { EncoderGraphs } from './encoder-graphs.ts';

/**
 * Shapes of the LoRA gradients that the backward graph outputs, by the LoRA tensors' names and in their
 * order.
 */
export function gradientShapes(
  { gradients }: EncoderGraphs,
  lora: NamedTensors,
): ReadonlyMap<string, readonly number[]> {
  return new Map([...lora].filter(([name]) => gradients.has(name)).map(([name, { shape }]) => [name, shape]));
}

/** Outputs of the backward graph that write into these tensors, which have the LoRA tensors' names. */
export function gradientOutputs({ gradients }: EncoderGraphs, tensors: NamedTensors): Feeds {
  return Object.fromEntries(
    [...tensorFeeds(tensors)].map(([name, value]) => [gradients.get(name) ?? name, value]),
  );
}
