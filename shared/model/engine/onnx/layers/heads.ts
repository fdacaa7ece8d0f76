import type { LayerLayout } from '#shared/model/engine/layout/encoder-layout.ts';
import { int, ints, type Value } from '#shared/model/engine/onnx/format/graph-builder.ts';
import type { TokenAxis } from '#shared/model/engine/onnx/spec/token-axes.ts';
import type { BackwardScope, GraphScope, Rotation } from './graph-scope.ts';
import { normBackward, normForward, normOutput } from './norm.ts';
import type { AttentionGroup, Heads } from './token-layout.ts';

export type HeadRole = 'query' | 'key' | 'value';

/** Heads of the queries, which are those of attention's result. */
export function queryHeads({ layout }: GraphScope): Heads {
  return { count: layout.headCount, width: layout.headWidth };
}

/** The heads of a projection's result, as a state; each head normed if the model does this. */
export function headsForward(scope: GraphScope, layer: LayerLayout, role: HeadRole, state: Value): Value {
  const norm = normOf(layer, role);
  if (norm === undefined) return state;
  const { count, width } = ownHeads(scope, role);
  return normForward(scope, norm, scope.states.withWidths(state, count, width), width);
}

/** The same from kept activations. */
export function keptHeads(
  scope: BackwardScope,
  prefix: string,
  layer: LayerLayout,
  role: HeadRole,
  tokens: TokenAxis,
): Value {
  const norm = normOf(layer, role);
  const { count, width } = ownHeads(scope, role);
  return norm === undefined
    ? scope.kept(`${prefix}.${role}`, scope.states.shape(tokens, count * width))
    : normOutput(scope, norm, tokens, [count, width]);
}

/**
 * Gradient at a projection's result from that at its heads.
 *
 * @param dHeads [batch, heads, tokens, d] of each group.
 */
export function headsBackward(
  scope: BackwardScope,
  layer: LayerLayout,
  role: HeadRole,
  dHeads: readonly Value[],
  tokens: TokenAxis,
): Value {
  const { states } = scope;
  const { count, width } = ownHeads(scope, role);
  const dOwn = states.groups.map((group, index) =>
    ownHeadsBackward(scope, layer, role, dHeads[index], tokens, group),
  );
  const state = states.fromHeads(dOwn, { count, width }, tokens);
  const norm = normOf(layer, role);
  const dNormed = norm === undefined ? state : normBackward(scope, norm, state, tokens, [count, width]);
  return states.withWidths(dNormed, count * width);
}

/** Gradient at a group's own heads, [batch, heads, tokens, d], before they were rotated and repeated. */
function ownHeadsBackward(
  scope: BackwardScope,
  layer: LayerLayout,
  role: HeadRole,
  dHeads: Value,
  tokens: TokenAxis,
  group: AttentionGroup,
): Value {
  const { graph } = scope;
  const { count, width } = ownHeads(scope, role);
  let d = dHeads;
  const repeats = repeatsOf(scope, role);
  if (repeats > 1) {
    const grouped = graph.apply('Reshape', [d, graph.integers(0, count, repeats, -1, width)]);
    d = graph.apply('ReduceSum', [grouped, graph.integers(2)], { keepdims: int(0) });
  }
  const rotation = rotationOf(scope, layer, role, tokens, group);
  return rotation === undefined ? d : rotateBack(scope, d, rotation);
}

/**
 * The heads of a group's sequences, [tokens, batch, heads, d]: rotated by their positions, and repeated to as
 * many as the queries have, as far as the model does this.
 *
 * @param state [..., heads * d] or [..., heads, d].
 */
export function groupHeads(
  scope: GraphScope,
  layer: LayerLayout,
  role: HeadRole,
  state: Value,
  tokens: TokenAxis,
  group: AttentionGroup,
): Value {
  const { graph } = scope;
  const { count, width } = ownHeads(scope, role);
  const byToken = group.byToken(state, tokens);
  let heads = graph.apply('Reshape', [byToken, graph.integers(0, 0, count, width)]);
  const rotation = rotationOf(scope, layer, role, tokens, group);
  if (rotation !== undefined) heads = rotate(scope, heads, rotation);
  const repeats = repeatsOf(scope, role);
  if (repeats === 1) return heads;
  const apart = graph.apply('Unsqueeze', [heads, graph.integers(3)]);
  const repeated = graph.apply('Expand', [apart, graph.integers(1, 1, 1, repeats, 1)]);
  return graph.apply('Reshape', [repeated, graph.integers(0, 0, count * repeats, width)]);
}

/**
 * Rotary positions: the pairs (x_i, x_(i + d/2)) are rotated by the token's angle,
 *
 *     y = x * cos + swap(x) * sin    with swap(x) the two halves exchanged, and sin negative in the first
 *
 * @param heads [tokens, batch, heads, d].
 */
function rotate(scope: GraphScope, heads: Value, { cosines, sines }: Rotation): Value {
  const { graph } = scope;
  const rowsFirst = (table: Value) => graph.apply('Transpose', [table], { perm: ints(2, 0, 1, 3) });
  const straight = graph.apply('Mul', [heads, rowsFirst(cosines)]);
  const crossed = graph.apply('Mul', [swapHalves(scope, heads), rowsFirst(sines)]);
  return graph.apply('Add', [straight, crossed]);
}

/** dx = dy * cos - swap(dy) * sin, for dy [batch, heads, tokens, d]. */
function rotateBack(scope: GraphScope, dy: Value, { cosines, sines }: Rotation): Value {
  const { graph } = scope;
  const straight = graph.apply('Mul', [dy, cosines]);
  return graph.apply('Sub', [straight, graph.apply('Mul', [swapHalves(scope, dy), sines])]);
}

function swapHalves({ graph, layout }: GraphScope, value: Value): Value {
  const half = layout.headWidth / 2;
  const names = [`${value.name}.first-half`, `${value.name}.second-half`];
  const [first, second] = graph.applyMany('Split', [value, graph.integers(half, half)], names, {
    axis: int(-1),
  });
  return graph.apply('Concat', [second, first], { axis: int(-1) });
}

function normOf({ headNorms }: LayerLayout, role: HeadRole): string | undefined {
  return role === 'value' ? undefined : headNorms?.[role];
}

function rotationOf(
  scope: GraphScope,
  layer: LayerLayout,
  role: HeadRole,
  tokens: TokenAxis,
  group: AttentionGroup,
): Rotation | undefined {
  return role === 'value' ? undefined : scope.rotation(layer, tokens, group);
}

/** Heads that a projection makes. */
function ownHeads({ layout }: GraphScope, role: HeadRole): Heads {
  return { count: role === 'query' ? layout.headCount : layout.keyValueHeadCount, width: layout.headWidth };
}

/** Consecutive heads of queries that one head serves. */
function repeatsOf({ layout }: GraphScope, role: HeadRole): number {
  return role === 'query' ? 1 : layout.headCount / layout.keyValueHeadCount;
}
