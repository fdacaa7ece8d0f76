import { attentionWidths } from '#shared/model/engine/layout/dense-layers.ts';
import type { LayerLayout } from '#shared/model/engine/layout/encoder-layout.ts';
import { int, ints, type Value } from '#shared/model/engine/onnx/format/graph-builder.ts';
import { groupAxis } from '#shared/model/engine/onnx/spec/attention-group.ts';
import type { TokenAxis } from '#shared/model/engine/onnx/spec/token-axes.ts';
import type { BackwardScope, GraphScope } from './graph-scope.ts';
import { groupHeads, type HeadRole, headsBackward, headsForward, keptHeads, queryHeads } from './heads.ts';
import type { ProjectionGradients, ProjectionValues } from './projections.ts';
import type { AttentionGroup, Heads } from './token-layout.ts';

/**
 * Multi-head attention, for each sequence and head of width d, computed group by group:
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
  const { states } = scope;
  const query = headsForward(scope, layer, 'query', values.query);
  const key = headsForward(scope, layer, 'key', values.key);
  const value = headsForward(scope, layer, 'value', values.value);
  const contexts = states.groups.map((group) =>
    groupForward(scope, prefix, layer, { query, key, value }, queryTokens, group),
  );
  const heads = states.fromHeads(contexts, queryHeads(scope), queryTokens, `${prefix}.context`);
  return states.withWidths(heads, attentionWidths(scope.layout).query);
}

/** C of a group's sequences, [batch, heads, queries, d]. */
function groupForward(
  scope: GraphScope,
  prefix: string,
  layer: LayerLayout,
  states: ProjectionValues,
  queryTokens: TokenAxis,
  group: AttentionGroup,
): Value {
  const { graph, product } = scope;
  const heads = (role: HeadRole, tokens: TokenAxis) =>
    groupHeads(scope, layer, role, states[role], tokens, group);
  const scaled = product(heads('query', queryTokens), heads('key', 'tokens'), {
    rowsFirstLeft: true,
    rowsFirstRight: true,
    transposeRight: true,
    scale: scoreScale(scope),
  });
  const mask = scope.mask(layer, queryTokens, group);
  const scores = mask === undefined ? scaled : graph.apply('Add', [scaled, mask]);
  const name = probabilitiesName(prefix, group);
  const probabilities = graph.apply('Softmax', [scores], { axis: int(-1) }, name);
  return product(probabilities, heads('value', 'tokens'), { rowsFirstRight: true });
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
  const { graph, states } = scope;
  const { count, width } = queryHeads(scope);
  const tokensOf = (role: HeadRole) => (role === 'query' ? queryTokens : 'tokens');
  const needsScores = needs.query || needs.key;
  const heads = (role: HeadRole) => keptHeads(scope, prefix, layer, role, tokensOf(role));
  const kept = {
    query: needs.key ? heads('query') : undefined,
    key: needs.query ? heads('key') : undefined,
    value: needsScores ? heads('value') : undefined,
    rowSums: needsScores ? rowSums(scope, prefix, dContext, queryTokens) : undefined,
  };
  const gradients = states.groups.map((group) => {
    const dC = graph.apply('Reshape', [
      group.byToken(dContext, queryTokens),
      graph.integers(0, 0, count, width),
    ]);
    return groupBackward(scope, prefix, layer, { ...kept, dC }, queryTokens, needs, group);
  });
  const back = (role: HeadRole): Value | undefined => {
    const dHeads = gradients.flatMap((gradient) => gradient[role] ?? []);
    return needs[role] ? headsBackward(scope, layer, role, dHeads, tokensOf(role)) : undefined;
  };
  return { query: back('query'), key: back('key'), value: back('value') };
}

/** rowsum(dC * C), a state of one value for each head. */
function rowSums(scope: BackwardScope, prefix: string, dContext: Value, queryTokens: TokenAxis): Value {
  const { graph, states } = scope;
  const { count, width } = queryHeads(scope);
  const context = keptContext(scope, prefix, queryTokens);
  const products = graph.apply('Mul', [states.withWidths(dContext, count, width), context]);
  return graph.apply('ReduceSum', [products, graph.integers(-1)], { keepdims: int(0) });
}

/** Inputs of the backward pass of a group: states of all sequences; undefined if not needed. */
interface GroupInputs {
  readonly query: Value | undefined;
  readonly key: Value | undefined;
  readonly value: Value | undefined;
  readonly rowSums: Value | undefined;
  /** dC of the group's sequences, [queries, batch, heads, d]. */
  readonly dC: Value;
}

/** Gradients at a group's heads, [batch, heads, tokens, d]; undefined where not needed. */
function groupBackward(
  scope: BackwardScope,
  prefix: string,
  layer: LayerLayout,
  { query, key, value, rowSums: sums, dC }: GroupInputs,
  queryTokens: TokenAxis,
  needs: { readonly [role in HeadRole]: boolean },
  group: AttentionGroup,
): ProjectionGradients {
  const { graph, product } = scope;
  const { count } = queryHeads(scope);
  const shape = [group.batch, count, groupAxis(group, queryTokens), group.tokens];
  const probabilities = group.withoutPaddedQueries(
    scope.kept(probabilitiesName(prefix, group), shape),
    queryTokens,
  );
  const dValue = needs.value
    ? product(probabilities, dC, { transposeLeft: true, rowsFirstRight: true })
    : undefined;
  if (value === undefined || sums === undefined) return { query: undefined, key: undefined, value: dValue };

  const dP = product(dC, groupHeads(scope, layer, 'value', value, 'tokens', group), {
    rowsFirstLeft: true,
    rowsFirstRight: true,
    transposeRight: true,
  });
  const byQuery = graph.apply('Transpose', [group.byToken(sums, queryTokens)], { perm: ints(1, 2, 0) });
  const rowTerm = graph.apply('Unsqueeze', [byQuery, graph.integers(-1)]);
  const dS = graph.apply('Mul', [graph.apply('Sub', [dP, rowTerm]), probabilities]);
  const scaled = { rowsFirstRight: true, scale: scoreScale(scope) };
  const through = (role: HeadRole, state: Value, tokens: TokenAxis, transposeLeft: boolean) =>
    product(dS, groupHeads(scope, layer, role, state, tokens, group), { transposeLeft, ...scaled });
  return {
    query: key === undefined ? undefined : through('key', key, 'tokens', false),
    key: query === undefined ? undefined : through('query', query, queryTokens, true),
    value: dValue,
  };
}

/** Name of a group's probabilities, [batch, heads, queries, tokens]. */
function probabilitiesName(prefix: string, { suffix }: AttentionGroup): string {
  return `${prefix}.probabilities${suffix}`;
}

function scoreScale({ layout }: GraphScope): number {
  return 1 / Math.sqrt(layout.headWidth);
}
