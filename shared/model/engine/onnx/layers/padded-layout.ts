import {
  float,
  type GraphBuilder,
  int,
  ints,
  text,
  type Value,
} from '#shared/model/engine/onnx/format/graph-builder.ts';
import { WHOLE_BATCH } from '#shared/model/engine/onnx/spec/attention-group.ts';
import { TENSOR_INPUTS } from '#shared/model/engine/onnx/spec/tensor-names.ts';
import type { FeatureToken } from '#shared/model/engine/onnx/spec/token-axes.ts';
import type { TokenLayout } from './token-layout.ts';

/**
 * States padded to the longest sequence, [tokens, batch, width], of one device's batch. With tokens on the
 * first axis attention reads its heads without a copy, and the first tokens of all sequences are contiguous.
 * The faster layout for batches that fill a run by themselves.
 */
export function paddedLayout(graph: GraphBuilder, token: FeatureToken): TokenLayout {
  const featureTokens = token === 'first' ? firstTokens(graph) : lastTokens(graph);

  return {
    shape: (tokens, ...widths) => [tokens, 'batch', ...widths],

    embedded(hidden, name) {
      const embeddings = graph.input(TENSOR_INPUTS.embeddings, ['batch', 'tokens', hidden]);
      return graph.apply('Transpose', [embeddings], { perm: ints(1, 0, 2) }, name);
    },

    groups: [
      {
        ...WHOLE_BATCH,
        byToken: (state) => state,
        ofSequences: (value) => value,
        // The gradient at padding is 0: no feature depends on it.
        withoutPaddedQueries: (probabilities) => probabilities,
      },
    ],

    fromByToken: ([value]) => value,

    fromSequences: ([value], name) => graph.apply('Identity', [value], {}, name),

    fromHeads: ([value], _heads, _tokens, name) =>
      graph.apply('Transpose', [value], { perm: ints(2, 0, 1, 3) }, name),

    withWidths: (state, ...widths) => graph.apply('Reshape', [state, graph.integers(0, 0, ...widths)]),

    ...featureTokens,

    fromRows: (rows) => graph.apply('Unsqueeze', [rows, graph.integers(0)]),

    toRows: (state, width, name) => graph.apply('Reshape', [state, graph.integers(-1, width)], {}, name),

    gradientProduct: ({ left, right, scale }) =>
      graph.apply('Gemm', [left, right], { transA: int(1), alpha: float(scale) }),

    gradientShape: (...lengths) => lengths,
  };
}

type FeatureTokens = Pick<TokenLayout, 'featureTokens' | 'addToFeatureTokens'>;

function firstTokens(graph: GraphBuilder): FeatureTokens {
  const slice = (state: Value, name?: string): Value =>
    graph.apply('Slice', [state, graph.integers(0), graph.integers(1), graph.integers(0)], {}, name);
  return {
    featureTokens: slice,
    addToFeatureTokens(state, added) {
      const end = graph.integers(Number.MAX_SAFE_INTEGER);
      const rest = graph.apply('Slice', [state, graph.integers(1), end, graph.integers(0)]);
      const sum = graph.apply('Add', [slice(state), added]);
      return graph.apply('Concat', [sum, rest], { axis: int(0) });
    },
  };
}

/**
 * The last tokens lie at different places, so they are gathered from the flattened [tokens * batch, width].
 */
function lastTokens(graph: GraphBuilder): FeatureTokens {
  const rows = () => graph.input(TENSOR_INPUTS.featureRows, ['batch'], 'int64');
  const flattened = (state: Value): Value => {
    const width = graph.apply('Shape', [state], { start: int(2), end: int(3) });
    const shape = graph.apply('Concat', [graph.integers(-1), width], { axis: int(0) });
    return graph.apply('Reshape', [state, shape]);
  };
  return {
    featureTokens(state, name) {
      const gathered = graph.apply('Gather', [flattened(state), rows()], { axis: int(0) });
      return graph.apply('Unsqueeze', [gathered, graph.integers(0)], {}, name);
    },
    addToFeatureTokens(state, added) {
      const indices = graph.apply('Unsqueeze', [rows(), graph.integers(1)]);
      const values = graph.apply('Squeeze', [added, graph.integers(0)]);
      const sum = graph.apply('ScatterND', [flattened(state), indices, values], { reduction: text('add') });
      return graph.apply('Reshape', [sum, graph.apply('Shape', [state])]);
    },
  };
}
