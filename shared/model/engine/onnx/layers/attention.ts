import { int, ints, type Value } from '#shared/model/engine/onnx/format/graph-builder.ts';
import type { TokenAxis } from '#shared/model/engine/onnx/spec/token-axes.ts';
import type { BackwardScope, GraphScope } from './graph-scope.ts';
import type { Heads } from './token-layout.ts';

/** Inputs of one layer's attention. The query includes its bias; key and value do not, see fold-biases.ts. */
export interface AttentionInputs {
  readonly query: Value;
  readonly key: Value;
  readonly value: Value;
  /** Tokens of the queries. */
  readonly queryTokens: TokenAxis;
  /**
   * Added to each score, [batch, 1, 1, tokens]: 0 for real tokens, -1e9 for padding; undefined without
   * padding.
   */
  readonly mask: Value | undefined;
}

/** Which of attention's three input gradients to compute. */
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
 * Products read heads as [tokens, batch, heads, d] (rows first): only C is rearranged.
 */
export function attentionForward(scope: GraphScope, layer: string, inputs: AttentionInputs): Value {
  const { graph, product } = scope;
  const { queryTokens } = inputs;
  const query = headsOf(scope, inputs.query, queryTokens);
  const scaled = product(query, headsOf(scope, inputs.key, 'tokens'), {
    rowsFirstLeft: true,
    rowsFirstRight: true,
    transposeRight: true,
    scale: scoreScale(scope),
  });
  const scores = inputs.mask === undefined ? scaled : graph.apply('Add', [scaled, inputs.mask]);
  const probabilities = graph.apply('Softmax', [scores], { axis: int(-1) }, `${layer}.probabilities`);
  const value = headsOf(scope, inputs.value, 'tokens');
  const context = product(probabilities, value, { rowsFirstRight: true });
  return joinHeads(scope, context, queryTokens, `${layer}.context`);
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
  layer: string,
  dContext: Value,
  queryTokens: TokenAxis,
  needs: AttentionNeeds,
): { readonly [input in keyof AttentionNeeds]: Value | undefined } {
  const { graph, layout, product, states } = scope;
  const { count, width } = headsIn(scope);
  const hidden = (role: keyof AttentionNeeds, tokens: TokenAxis) =>
    headsOf(scope, scope.kept(`${layer}.${role}`, states.shape(tokens, layout.hiddenSize)), tokens);
  const probabilities = states.withoutPaddedQueries(
    scope.kept(`${layer}.probabilities`, ['batch', count, queryTokens, 'tokens']),
    queryTokens,
  );
  const dC = headsOf(scope, dContext, queryTokens);
  const scaled = { rowsFirstRight: true, scale: scoreScale(scope) };

  const dV = () => product(probabilities, dC, { transposeLeft: true, rowsFirstRight: true });
  const dValue = needs.value ? joinHeads(scope, dV(), 'tokens') : undefined;
  if (!needs.query && !needs.key) return { query: undefined, key: undefined, value: dValue };

  const dP = product(dC, hidden('value', 'tokens'), {
    rowsFirstLeft: true,
    rowsFirstRight: true,
    transposeRight: true,
  });
  const context = scope.kept(`${layer}.context`, states.shape(queryTokens, count, width));
  const products = graph.apply('Mul', [states.withWidths(dContext, count, width), context]);
  const sums = graph.apply('ReduceSum', [products, graph.integers(-1)], { keepdims: int(0) });
  const byQuery = graph.apply('Transpose', [states.byToken(sums, queryTokens)], { perm: ints(1, 2, 0) });
  const rowTerm = graph.apply('Unsqueeze', [byQuery, graph.integers(-1)]);
  const dS = graph.apply('Mul', [graph.apply('Sub', [dP, rowTerm]), probabilities]);
  const dQ = () => product(dS, hidden('key', 'tokens'), scaled);
  const dK = () => product(dS, hidden('query', queryTokens), { transposeLeft: true, ...scaled });
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

/**
 * A hidden state from [batch, heads, tokens, d]; `name` names the state [..., heads, d] before the last
 * reshape.
 */
function joinHeads(scope: GraphScope, value: Value, tokens: TokenAxis, name?: string): Value {
  const { states, layout } = scope;
  return states.withWidths(states.fromHeads(value, headsIn(scope), tokens, name), layout.hiddenSize);
}
