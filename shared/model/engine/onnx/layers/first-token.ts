import type { Value } from '../graph/graph-builder.ts';
import type { GraphScope } from '../graph/graph-scope.ts';

/** The first token of every sequence, [tokens, batch, hidden] -> [1, batch, hidden]. */
export function firstTokenForward({ graph }: GraphScope, x: Value, name?: string): Value {
  return graph.apply('Slice', [x, graph.integers(0), graph.integers(1), graph.integers(0)], {}, name);
}

/** dx = dxRest with dy added at the first token: the sum of the gradients of all that used x. */
export function firstTokenBackward(scope: GraphScope, dy: Value, dxRest: Value): Value {
  const { graph } = scope;
  const end = graph.integers(Number.MAX_SAFE_INTEGER);
  const rest = graph.apply('Slice', [dxRest, graph.integers(1), end, graph.integers(0)]);
  const first = graph.apply('Add', [firstTokenForward(scope, dxRest), dy]);
  return graph.apply('Concat', [first, rest], { axis: { kind: 'int', value: 0 } });
}
