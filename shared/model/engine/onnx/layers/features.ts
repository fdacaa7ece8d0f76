import { ModelError } from '#shared/errors.ts';
import { int, type Value } from '#shared/model/engine/onnx/format/graph-builder.ts';
import type { OnnxDimension } from '#shared/model/engine/onnx/format/onnx-model.ts';
import { FEATURES } from '#shared/model/engine/onnx/spec/tensor-names.ts';
import type { FeatureKind } from '#shared/model/features.ts';
import { denseBackward, denseForward } from './dense.ts';
import type { BackwardScope, GraphScope } from './graph-scope.ts';
import { loraBackward } from './lora.ts';
import type { AttentionGroup } from './token-layout.ts';

/**
 * Weights of the mean over real tokens of a group, [tokens, batch, 1]: 1 / length for real tokens, 0 for
 * padding.
 */
export type TokenWeights = (group: AttentionGroup) => Value;

/**
 * Shape of the features in the graphs: `tokens` have the layout of states, with padding if it has padding.
 */
export function featureShape(
  { layout, states }: Pick<GraphScope, 'layout' | 'states'>,
  kind: FeatureKind,
): readonly OnnxDimension[] {
  return kind === 'tokens' ? states.shape('tokens', layout.hiddenSize) : ['batch', layout.hiddenSize];
}

/**
 * The features from the last hidden states x: `tokens` are these states in the layout's own form, the others
 * [batch, hidden]. `mean` needs all tokens, the others only the feature token f, the first or the last one:
 *
 *     first-token, last-token: x_f        mean: sum_t w_t x_t        pooled: tanh(W' x_f + b)
 */
export function featuresForward(
  scope: GraphScope,
  kind: FeatureKind,
  x: Value,
  weights: TokenWeights,
): Value {
  const { graph, layout, states } = scope;
  const rows = (value: Value) => states.toRows(value, layout.hiddenSize, FEATURES);
  switch (kind) {
    case 'first-token':
    case 'last-token':
      return rows(x);
    case 'tokens':
      return graph.apply('Identity', [x], {}, FEATURES);
    case 'mean':
      return states.fromSequences(
        states.groups.map((group) => {
          const weighted = graph.apply('Mul', [group.byToken(x, 'tokens'), weights(group)]);
          return graph.apply('ReduceSum', [weighted, graph.integers(0)], { keepdims: int(0) });
        }),
        FEATURES,
      );
    case 'pooled':
      return rows(graph.apply('Tanh', [denseForward(scope, poolerOf(scope), x)]));
  }
}

/**
 * Gradient at the last hidden states from g, which has the form of the features:
 *
 * tokens: dx = g    first-token, last-token: dx_f = g    mean: dx_t = w_t g    pooled: dx_f = (g * (1 -
 * features^2)) W'
 *
 * @param x Adds the last hidden states to the graph; called only if the pooler has LoRA.
 */
export function featuresBackward(
  scope: BackwardScope,
  kind: FeatureKind,
  g: Value,
  x: () => Value,
  weights: TokenWeights,
  needsInput: boolean,
): Value | undefined {
  const { graph, layout, states } = scope;
  switch (kind) {
    case 'tokens':
      return g;
    case 'first-token':
    case 'last-token':
      return states.fromRows(g);
    case 'mean': {
      const byToken = states.groups.map((group) => {
        const own = graph.apply('Unsqueeze', [group.ofSequences(g), graph.integers(0)]);
        return graph.apply('Mul', [own, weights(group)]);
      });
      return states.fromByToken(byToken, layout.hiddenSize);
    }
    case 'pooled': {
      const pooled = scope.kept(FEATURES, ['batch', layout.hiddenSize]);
      const square = graph.apply('Mul', [pooled, pooled]);
      const slope = graph.apply('Sub', [graph.scalar(1), square]);
      const dDense = graph.apply('Mul', [states.fromRows(g), slope]);
      const pooler = poolerOf(scope);
      loraBackward(scope, pooler, dDense, x, 1);
      return needsInput ? denseBackward(scope, pooler, dDense) : undefined;
    }
  }
}

function poolerOf({ layout }: GraphScope): string {
  if (layout.pooler !== undefined) return layout.pooler;
  throw new ModelError('has no pooler.', { subject: 'model' });
}
