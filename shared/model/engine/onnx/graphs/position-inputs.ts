import type { EncoderLayout, LayerLayout } from '#shared/model/engine/layout/encoder-layout.ts';
import type { GraphBuilder, Value } from '#shared/model/engine/onnx/format/graph-builder.ts';
import type { Rotation } from '#shared/model/engine/onnx/layers/graph-scope.ts';
import { POSITION_INPUTS } from '#shared/model/engine/onnx/spec/tensor-names.ts';
import type { TokenAxis } from '#shared/model/engine/onnx/spec/token-axes.ts';

/** The input with the mask of a layer's scores; undefined where all queries see all tokens. */
export function maskInput(
  graph: GraphBuilder,
  { mask }: EncoderLayout,
  { window }: LayerLayout,
  queries: TokenAxis,
): Value | undefined {
  if (mask === 'none') return undefined;
  if (window !== undefined) {
    return graph.input(POSITION_INPUTS.windowMask(window, queries), ['batch', 1, queries, 'tokens']);
  }
  // A feature token of a causal model is the last one, which sees all tokens but the padding.
  return mask === 'causal' && queries === 'tokens'
    ? graph.input(POSITION_INPUTS.causalMask, [1, 1, 'tokens', 'tokens'])
    : graph.input(POSITION_INPUTS.paddingMask, ['batch', 1, 1, 'tokens']);
}

/** The inputs with rotary positions of a layer; undefined where it has none. */
export function rotationInputs(
  graph: GraphBuilder,
  { headWidth }: EncoderLayout,
  { rotaryBase: base }: LayerLayout,
  tokens: TokenAxis,
): Rotation | undefined {
  if (base === undefined) return undefined;
  const shape = [tokens === 1 ? 'batch' : 1, 1, tokens, headWidth];
  return {
    cosines: graph.input(POSITION_INPUTS.cosines(base, tokens), shape),
    sines: graph.input(POSITION_INPUTS.sines(base, tokens), shape),
  };
}
