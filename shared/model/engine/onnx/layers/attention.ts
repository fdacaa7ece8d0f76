import { float, int, ints, type Value } from '#shared/model/engine/onnx/graph/graph-builder.ts';
import type { BackwardScope, GraphScope } from '#shared/model/engine/onnx/graph/graph-scope.ts';
import type { Heads, TokenAxis } from '#shared/model/engine/onnx/graph/token-layout.ts';

/** What the attention of one layer reads. Query has its bias; key and value go without theirs, see fold-biases.ts. */
export interface AttentionInputs {
  readonly query: Value;
  readonly key: Value;
  readonly value: Value;
  /** Of which tokens the queries are. */
  readonly queryTokens: TokenAxis;
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
 * Heads are read with the tokens first (`transBatch`): only C is rearranged.
 */
export function attentionForward(scope: GraphScope, layer: string, inputs: AttentionInputs): Value {
  const { graph } = scope;
  const { queryTokens } = inputs;
  const query = headsOf(scope, inputs.query, queryTokens);
  const scaled = graph.applyFused('FusedMatMul', [query, headsOf(scope, inputs.key, 'tokens')], {
    transBatchA: int(1),
    transBatchB: int(1),
    transB: int(1),
    alpha: float(scoreScale(scope)),
  });
  const scores = inputs.mask === undefined ? scaled : graph.apply('Add', [scaled, inputs.mask]);
  const probabilities = graph.apply('Softmax', [scores], { axis: int(-1) }, `${layer}.probabilities`);
  const context = graph.applyFused('FusedMatMul', [probabilities, headsOf(scope, inputs.value, 'tokens')], {
    transBatchB: int(1),
  });
  return joinHeads(scope, context, queryTokens, `${layer}.context`);
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
  const { graph, layout, states } = scope;
  const { count, width } = headsIn(scope);
  const hidden = (role: keyof AttentionNeeds, tokens: TokenAxis) =>
    headsOf(scope, scope.kept(`${layer}.${role}`, states.shape(tokens, layout.hiddenSize)), tokens);
  const probabilities = states.withoutPaddedQueries(
    scope.kept(`${layer}.probabilities`, ['batch', count, queryTokens, 'tokens']),
    queryTokens,
  );
  const dC = headsOf(scope, dContext, queryTokens);
  const scaled = { transBatchB: int(1), alpha: float(scoreScale(scope)) };

  const dV = () =>
    graph.applyFused('FusedMatMul', [probabilities, dC], { transA: int(1), transBatchB: int(1) });
  const dValue = needs.value ? joinHeads(scope, dV(), 'tokens') : undefined;
  if (!needs.query && !needs.key) return { query: undefined, key: undefined, value: dValue };

  const dP = graph.applyFused('FusedMatMul', [dC, hidden('value', 'tokens')], {
    transBatchA: int(1),
    transBatchB: int(1),
    transB: int(1),
  });
  const context = scope.kept(`${layer}.context`, states.shape(queryTokens, count, width));
  const products = graph.apply('Mul', [states.withWidths(dContext, count, width), context]);
  const sums = graph.apply('ReduceSum', [products, graph.integers(-1)], { keepdims: int(0) });
  const byQuery = graph.apply('Transpose', [states.byToken(sums, queryTokens)], { perm: ints(1, 2, 0) });
  const rowTerm = graph.apply('Unsqueeze', [byQuery, graph.integers(-1)]);
  const dS = graph.apply('Mul', [graph.apply('Sub', [dP, rowTerm]), probabilities]);
  const dQ = () => graph.applyFused('FusedMatMul', [dS, hidden('key', 'tokens')], scaled);
  const dK = () =>
    graph.applyFused('FusedMatMul', [dS, hidden('query', queryTokens)], { transA: int(1), ...scaled });
  return {
    query: needs.query ? joinHeads(scope, dQ(), queryTokens) : undefined,
    key: needs.key ? joinHeads(scope, dK(), 'tokens') : undefined,
    value: dValue,
  };
}

function headsIn({ layout }: GraphScope): Heads {
  return { count: layout.headCount, width: layout.hiddenSize / layout.headCount };
}

function scoreScale(scope: GraphScope): number {
  return 1 / Math.sqrt(headsIn(scope).width);
}

/** A hidden state as [tokens, batch, heads, d]. */
function headsOf(scope: GraphScope, state: Value, tokens: TokenAxis): Value {
  const { count, width } = headsIn(scope);
  const shape = scope.graph.integers(0, 0, count, width);
  return scope.graph.apply('Reshape', [scope.states.byToken(state, tokens), shape]);
}

/** A hidden state from [batch, heads, tokens, d]; `name` is that of the state seen as heads. */
function joinHeads(scope: GraphScope, value: Value, tokens: TokenAxis, name?: string): Value {
  const { states, layout } = scope;
  return states.withWidths(states.fromHeads(value, headsIn(scope), tokens, name), layout.hiddenSize);
}
