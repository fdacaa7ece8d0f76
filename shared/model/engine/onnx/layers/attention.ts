import { attentionWidths } from '#shared/model/engine/layout/dense-layers.ts';
import type { LayerLayout } from '#shared/model/engine/layout/encoder-layout.ts';
import { int, ints, type Value } from '#shared/model/engine/onnx/format/graph-builder.ts';
import type { TokenAxis } from '#shared/model/engine/onnx/spec/token-axes.ts';
import type { BackwardScope, GraphScope } from './graph-scope.ts';
import { type HeadRole, headsBackward, headsForward, keptHeads, queryHeads } from './heads.ts';
import type { ProjectionGradients, ProjectionValues } from './projections.ts';
import type { Heads } from './token-layout.ts';

/**
 * Multi-head attention, for each sequence and head of width d:
 *
 *     S = Q K^T / sqrt(d) + mask        P = softmax(S)        C = P V
 *
 * Products read heads as [tokens, batch, heads, d] (rows first): only C is rearranged.
 *
 * @param values Queries of `queryTokens`, keys and values of all tokens, with those biases that remain after
 *   fold-biases.ts.
 */
export function attentionForward(
  scope: GraphScope,
  prefix: string,
  layer: LayerLayout,
  values: ProjectionValues,
  queryTokens: TokenAxis,
): Value {
  const { graph, product } = scope;
  const query = headsForward(scope, layer, 'query', values.query, queryTokens);
  const scaled = product(query, headsForward(scope, layer, 'key', values.key, 'tokens'), {
    rowsFirstLeft: true,
    rowsFirstRight: true,
    transposeRight: true,
    scale: scoreScale(scope),
  });
  const mask = scope.mask(layer, queryTokens);
  const scores = mask === undefined ? scaled : graph.apply('Add', [scaled, mask]);
  const probabilities = graph.apply('Softmax', [scores], { axis: int(-1) }, `${prefix}.probabilities`);
  const value = headsForward(scope, layer, 'value', values.value, 'tokens');
  const context = product(probabilities, value, { rowsFirstRight: true });
  const heads = scope.states.fromHeads(context, queryHeads(scope), queryTokens, `${prefix}.context`);
  return scope.states.withWidths(heads, attentionWidths(scope.layout).query);
}

/** The kept C, [..., heads, d]. */
export function keptContext(scope: BackwardScope, prefix: string, queryTokens: TokenAxis): Value {
  const { count, width }: Heads = queryHeads(scope);
  return scope.kept(`${prefix}.context`, scope.states.shape(queryTokens, count, width));
}

/**
 *     dV = P^T dC        dP = dC V^T        dS = P * (dP - rowsum(dC * C))
 *     dQ = dS K / sqrt(d)        dK = dS^T Q / sqrt(d)
 *
 * The gradient of softmax contains rowsum(dP * P). rowsum(dC * C) is equal, and sums d values per row in
 * place of one per token.
 */
export function attentionBackward(
  scope: BackwardScope,
  prefix: string,
  layer: LayerLayout,
  dContext: Value,
  queryTokens: TokenAxis,
  needs: { readonly [role in HeadRole]: boolean },
): ProjectionGradients {
  const { graph, product, states } = scope;
  const { count, width } = queryHeads(scope);
  const heads = (role: HeadRole) => keptHeads(scope, prefix, layer, role, tokensOf(role));
  const tokensOf = (role: HeadRole) => (role === 'query' ? queryTokens : 'tokens');
  const back = (role: HeadRole, gradient: () => Value) =>
    needs[role] ? headsBackward(scope, layer, role, gradient(), tokensOf(role)) : undefined;
  const probabilities = states.withoutPaddedQueries(
    scope.kept(`${prefix}.probabilities`, ['batch', count, queryTokens, 'tokens']),
    queryTokens,
  );
  const byToken = states.byToken(dContext, queryTokens);
  const dC = graph.apply('Reshape', [byToken, graph.integers(0, 0, count, width)]);
  const scaled = { rowsFirstRight: true, scale: scoreScale(scope) };

  const value = back('value', () =>
    product(probabilities, dC, { transposeLeft: true, rowsFirstRight: true }),
  );
  if (!needs.query && !needs.key) return { query: undefined, key: undefined, value };

  const dP = product(dC, heads('value'), {
    rowsFirstLeft: true,
    rowsFirstRight: true,
    transposeRight: true,
  });
  const context = keptContext(scope, prefix, queryTokens);
  const products = graph.apply('Mul', [states.withWidths(dContext, count, width), context]);
  const sums = graph.apply('ReduceSum', [products, graph.integers(-1)], { keepdims: int(0) });
  const byQuery = graph.apply('Transpose', [states.byToken(sums, queryTokens)], { perm: ints(1, 2, 0) });
  const rowTerm = graph.apply('Unsqueeze', [byQuery, graph.integers(-1)]);
  const dS = graph.apply('Mul', [graph.apply('Sub', [dP, rowTerm]), probabilities]);
  return {
    query: back('query', () => product(dS, heads('key'), scaled)),
    key: back('key', () => product(dS, heads('query'), { transposeLeft: true, ...scaled })),
    value,
  };
}

function scoreScale({ layout }: GraphScope): number {
  return 1 / Math.sqrt(layout.headWidth);
}
