import { loraForward } from '#shared/model/engine/onnx/layers/lora.ts';
import { endOutputs } from '#shared/model/engine/onnx/uncopied-outputs.ts';
import { type EncoderSpec, graphScope } from './encoder-spec.ts';
import { GraphBuilder } from './graph-builder.ts';
import { adaptedName } from './names.ts';

/**
 * The graph from LoRA and the frozen weights under it to the adapted weights W + s B A. Run once for each set of LoRA
 * values; the other graphs then read dense layers with LoRA and without in the same way.
 */
export function adaptGraph(spec: EncoderSpec): Uint8Array {
  const graph = new GraphBuilder('adapt');
  endOutputs(graph);
  const scope = graphScope(graph, spec);
  for (const { name, inputs, outputs } of spec.loraModules.values()) {
    const adapted = loraForward(scope, name, scope.weight(`${name}.weight`), adaptedName(name));
    graph.output(adapted, [outputs, inputs]);
  }
  return graph.build();
}
