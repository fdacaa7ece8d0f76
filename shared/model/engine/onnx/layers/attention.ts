import { float, int, ints, type Value } from '../graph/graph-builder.ts';
import { type BackwardScope, type GraphScope, hiddenShape, type TokenAxis } from '../graph/graph-scope.ts';

/** What the attention of one layer reads. Query has its bias; key and value go without theirs, see fold-biases.ts. */
export interface AttentionInputs {
  /** [query tokens, batch, hidden]. */
  readonly query: Value;
  /** [tokens, batch, hidden]. */
  readonly key: Value;
  /** [tokens, batch, hidden]. */
  readonly value: Value;
  /** Added to every score, [batch, 1, 1, tokens]: 0 for real tokens, hugely negative for padding; absent without padding. */
  readonly mask: Value | undefined;
}

/** Which of attention's three input gradients are wanted. */
export interface AttentionNeeds {
  readonly query: boolean;
  readonly key: boolean;
  readonly value: boolean;
}

/**
 * Multi-head attention, for each sequence and head of width d:
 *
 *     S = Q K^T / sqrt(d) + mask        P = softmax(S)        C = P V
 *
 * Heads are read where they lie (`transBatch`): only C is rearranged.
 */
export function attentionForward(scope: GraphScope, layer: string, inputs: AttentionInputs): Value {
  const { graph } = scope;
  const scaled = graph.applyFused('FusedMatMul', [heads(scope, inputs.query), heads(scope, inputs.key)], {
    transBatchA: int(1),
    transBatchB: int(1),
    transB: int(1),
    alpha: float(scoreScale(scope)),
  });
  const scores = inputs.mask === undefined ? scaled : graph.apply('Add', [scaled, inputs.mask]);
  const probabilities = graph.apply('Softmax', [scores], { axis: int(-1) }, `${layer}.probabilities`);
  const context = graph.applyFused('FusedMatMul', [probabilities, heads(scope, inputs.value)], {
    transBatchB: int(1),
  });
  return joinHeads(scope, context, `${layer}.context`);
}

/**
 *     dV = P^T dC        dP = dC V^T        dS = P * (dP - rowsum(dC * C))
 *     dQ = dS K / sqrt(d)        dK = dS^T Q / sqrt(d)
 *
 * rowsum(dC * C) equals rowsum(dP * P), the softmax's own term, but runs over d values a row instead of all tokens.
 */
export function attentionBackward(
  scope: BackwardScope,
  layer: string,
  dContext: Value,
  queryTokens: TokenAxis,
  needs: AttentionNeeds,
): { readonly [input in keyof AttentionNeeds]: Value | undefined } {
  const { graph, layout } = scope;
  const hidden = (role: keyof AttentionNeeds, tokens: TokenAxis) =>
    heads(scope, scope.kept(`${layer}.${role}`, hiddenShape(tokens, layout.hiddenSize)));
  const probabilities = scope.kept(`${layer}.probabilities`, [
    'batch',
    layout.headCount,
    queryTokens,
    'tokens',
  ]);
  const dC = heads(scope, dContext);
  const scaled = { transBatchB: int(1), alpha: float(scoreScale(scope)) };

  const dV = () =>
    graph.applyFused('FusedMatMul', [probabilities, dC], { transA: int(1), transBatchB: int(1) });
  const dValue = needs.value ? joinHeads(scope, dV()) : undefined;
  if (!needs.query && !needs.key) return { query: undefined, key: undefined, value: dValue };

  const dP = graph.applyFused('FusedMatMul', [dC, hidden('value', 'tokens')], {
    transBatchA: int(1),
    transBatchB: int(1),
    transB: int(1),
  });
  const context = scope.kept(`${layer}.context`, [
    queryTokens,
    'batch',
    layout.headCount,
    layout.hiddenSize / layout.headCount,
  ]);
  const rowTerms = graph.apply('ReduceSum', [graph.apply('Mul', [dC, context]), graph.integers(-1)]);
  const rowTerm = graph.apply('Transpose', [rowTerms], { perm: ints(1, 2, 0, 3) });
  const dS = graph.apply('Mul', [graph.apply('Sub', [dP, rowTerm]), probabilities]);
  const dQ = () => graph.applyFused('FusedMatMul', [dS, hidden('key', 'tokens')], scaled);
  const dK = () =>
    graph.applyFused('FusedMatMul', [dS, hidden('query', queryTokens)], { transA: int(1), ...scaled });
  return {
    query: needs.query ? joinHeads(scope, dQ()) : undefined,
    key: needs.key ? joinHeads(scope, dK()) : undefined,
    value: dValue,
  };
}

function scoreScale({ layout }: GraphScope): number {
  return 1 / Math.sqrt(layout.hiddenSize / layout.headCount);
}

/** [tokens, batch, hidden] seen as [tokens, batch, heads, d]: no data moves. */
function heads({ graph, layout }: GraphScope, value: Value): Value {
  const { headCount, hiddenSize } = layout;
  return graph.apply('Reshape', [value, graph.integers(0, 0, headCount, hiddenSize / headCount)]);
}

/** [batch, heads, tokens, d] rearranged to [tokens, batch, hidden]; `name` is that of the heads, tokens first. */
function joinHeads({ graph, layout }: GraphScope, value: Value, name?: string): Value {
  const tokensFirst = graph.apply('Transpose', [value], { perm: ints(2, 0, 1, 3) }, name);
  return graph.apply('Reshape', [tokensFirst, graph.integers(0, 0, layout.hiddenSize)]);
}
