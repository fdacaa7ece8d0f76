import { addEndOfOutputs } from '#shared/model/engine/onnx/format/end-of-outputs.ts';
import { GraphBuilder } from '#shared/model/engine/onnx/format/graph-builder.ts';
import { adaptedWeight } from '#shared/model/engine/onnx/layers/lora.ts';
import { inverseNorms, unitRows } from '#shared/model/engine/onnx/layers/magnitude.ts';
import type { EncoderSpec } from '#shared/model/engine/onnx/spec/encoder-spec.ts';
import { inverseNormName, mergedName } from '#shared/model/engine/onnx/spec/tensor-names.ts';
import { createScope } from './create-scope.ts';

/**
 * The graph from LoRA and the frozen weights of its layers to the tensors that {@link mergedShapes} lists:
 * the merged weights W + s B A if LoRA is merged, and the inverse lengths of their rows for DoRA, which
 * scales the merged rows to length 1. It runs once per set of LoRA values; the other graphs read the results
 * as they read frozen weights.
 */
export function mergeGraph(spec: EncoderSpec): Uint8Array {
  const graph = new GraphBuilder('merge-lora');
  addEndOfOutputs(graph);
  const scope = createScope(graph, spec);
  for (const { name, hasMagnitude } of spec.loraModules.values()) {
    const weight = scope.weight(`${name}.weight`);
    if (!hasMagnitude) {
      adaptedWeight(scope, name, weight, mergedName(name));
      continue;
    }
    const v = adaptedWeight(scope, name, weight);
    const inverseNorm = inverseNorms(scope, v, inverseNormName(name));
    if (spec.loraPlacement === 'merged') unitRows(scope, v, inverseNorm, mergedName(name));
  }
  for (const [name, shape] of mergedShapes(spec)) graph.output({ name }, shape);
  return graph.build();
}

/** Shapes of the results of the merge graph, by name; empty if the graphs need none. */
export function mergedShapes({
  loraModules,
  loraPlacement,
}: EncoderSpec): ReadonlyMap<string, readonly number[]> {
  if (loraPlacement === 'mergedInGraph') return new Map();
  const shapes = new Map<string, readonly number[]>();
  for (const { name, inputs, outputs, hasMagnitude } of loraModules.values()) {
    if (loraPlacement === 'merged') shapes.set(mergedName(name), [outputs, inputs]);
    if (hasMagnitude) shapes.set(inverseNormName(name), [outputs]);
  }
  return shapes;
}
