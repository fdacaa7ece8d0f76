import type { EncoderLayout, LayerLayout } from '#shared/model/engine/layout/encoder-layout.ts';
import type { GraphBuilder, Value } from '#shared/model/engine/onnx/format/graph-builder.ts';
import type { Rotation } from '#shared/model/engine/onnx/layers/graph-scope.ts';
import { type GroupNames, groupAxis } from '#shared/model/engine/onnx/spec/attention-group.ts';
import { POSITION_INPUTS, TENSOR_INPUTS } from '#shared/model/engine/onnx/spec/tensor-names.ts';
import type { TokenAxis } from '#shared/model/engine/onnx/spec/token-axes.ts';

/** The input with a group's weights of the mean over tokens, [tokens, batch, 1]. */
export function tokenWeightsInput(graph: GraphBuilder, { suffix, tokens, batch }: GroupNames): Value {
  return graph.input(`${TENSOR_INPUTS.tokenWeights}${suffix}`, [tokens, batch, 1]);
}

/** The input with the mask of a layer's scores in a group; undefined where all queries see all tokens. */
export function maskInput(
  graph: GraphBuilder,
  { mask }: EncoderLayout,
  { window }: LayerLayout,
  queries: TokenAxis,
  group: GroupNames,
): Value | undefined {
  if (mask === 'none') return undefined;
  const { suffix, batch, tokens } = group;
  if (window !== undefined) {
    const name = `${POSITION_INPUTS.windowMask(window, queries)}${suffix}`;
    return graph.input(name, [batch, 1, groupAxis(group, queries), tokens]);
  }
  // A feature token of a causal model is the last one, which sees all tokens but the padding.
  return mask === 'causal' && queries === 'tokens'
    ? graph.input(`${POSITION_INPUTS.causalMask}${suffix}`, [1, 1, tokens, tokens])
    : graph.input(`${POSITION_INPUTS.paddingMask}${suffix}`, [batch, 1, 1, tokens]);
}

/** The inputs with rotary positions of a layer in a group; undefined where it has none. */
export function rotationInputs(
  graph: GraphBuilder,
  { headWidth }: EncoderLayout,
  { rotaryBase: base }: LayerLayout,
  tokens: TokenAxis,
  group: GroupNames,
): Rotation | undefined {
  if (base === undefined) return undefined;
  const shape = [tokens === 1 ? group.batch : 1, 1, groupAxis(group, tokens), headWidth];
  return {
    cosines: graph.input(`${POSITION_INPUTS.cosines(base, tokens)}${group.suffix}`, shape),
    sines: graph.input(`${POSITION_INPUTS.sines(base, tokens)}${group.suffix}`, shape),
  };
}
