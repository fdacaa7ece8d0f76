import {
  float,
  type GraphBuilder,
  int,
  ints,
  type Value,
} from '#shared/model/engine/onnx/format/graph-builder.ts';
import { TENSOR_INPUTS } from '#shared/model/engine/onnx/spec/tensor-names.ts';
import type { TokenLayout } from './token-layout.ts';

/**
 * States padded to the longest sequence, [tokens, batch, width], of one device's batch. With tokens on the
 * first axis attention reads its heads without a copy, and the first tokens of all sequences are contiguous.
 * The faster layout for batches that fill a run by themselves.
 */
export function paddedLayout(graph: GraphBuilder): TokenLayout {
  const firstTokens = (state: Value): Value =>
    graph.apply('Slice', [state, graph.integers(0), graph.integers(1), graph.integers(0)]);

  return {
    shape: (tokens, ...widths) => [tokens, 'batch', ...widths],

    embedded(hidden, name) {
      const embeddings = graph.input(TENSOR_INPUTS.embeddings, ['batch', 'tokens', hidden]);
      return graph.apply('Transpose', [embeddings], { perm: ints(1, 0, 2) }, name);
    },

    byToken: (state) => state,

    fromByToken: (value) => value,

    fromHeads: (value, _heads, _tokens, name) =>
      graph.apply('Transpose', [value], { perm: ints(2, 0, 1, 3) }, name),

    withWidths: (state, ...widths) => graph.apply('Reshape', [state, graph.integers(0, 0, ...widths)]),

    // The gradient at padding is 0: no feature depends on it.
    withoutPaddedQueries: (probabilities) => probabilities,

    firstTokens,

    addToFirstTokens(state, first) {
      const end = graph.integers(Number.MAX_SAFE_INTEGER);
      const rest = graph.apply('Slice', [state, graph.integers(1), end, graph.integers(0)]);
      const sum = graph.apply('Add', [firstTokens(state), first]);
      return graph.apply('Concat', [sum, rest], { axis: int(0) });
    },

    fromRows: (rows) => graph.apply('Unsqueeze', [rows, graph.integers(0)]),

    toRows: (state, width, name) => graph.apply('Reshape', [state, graph.integers(-1, width)], {}, name),

    gradientProduct: ({ left, right, scale }) =>
      graph.apply('Gemm', [left, right], { transA: int(1), alpha: float(scale) }),

    gradientShape: (rows, columns) => [rows, columns],
  };
}
