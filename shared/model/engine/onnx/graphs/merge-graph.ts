import { addEndOfOutputs } from '#shared/model/engine/onnx/format/end-of-outputs.ts';
import { GraphBuilder } from '#shared/model/engine/onnx/format/graph-builder.ts';
import { mergedWeight } from '#shared/model/engine/onnx/layers/lora.ts';
import type { EncoderSpec } from '#shared/model/engine/onnx/spec/encoder-spec.ts';
import { mergedName } from '#shared/model/engine/onnx/spec/tensor-names.ts';
import { createScope } from './create-scope.ts';

/**
 * The graph from LoRA and the frozen weights of its layers to the merged weights W + s B A. It runs once per
 * set of LoRA values. The other graphs then read merged weights as they read frozen ones.
 */
export function mergeGraph(spec: EncoderSpec): Uint8Array {
  const graph = new GraphBuilder('merge-lora');
  addEndOfOutputs(graph);
  const scope = createScope(graph, spec);
  for (const { name, inputs, outputs } of spec.loraModules.values()) {
    const merged = mergedWeight(scope, name, scope.weight(`${name}.weight`), mergedName(name));
    graph.output(merged, [outputs, inputs]);
  }
  return graph.build();
}
