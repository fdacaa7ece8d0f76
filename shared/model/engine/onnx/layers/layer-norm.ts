import { float, int, ints, type Value } from '#shared/model/engine/onnx/format/graph-builder.ts';
import type { TokenAxis } from '#shared/model/engine/onnx/spec/token-axes.ts';
import type { BackwardScope, GraphScope } from './graph-scope.ts';

/**
 * Layer norm over the hidden axis, for a state x of any tokens:
 *
 *     n = (x - mean) * v        v = 1 / sqrt(variance + epsilon)        y = n * weight + bias
 */
export function layerNormForward(scope: GraphScope, name: string, x: Value): Value {
  const { graph, layout } = scope;
  const ones = graph.initializer('ones', [layout.hiddenSize], new Float32Array(layout.hiddenSize).fill(1));
  const [normalized] = graph.applyMany(
    'LayerNormalization',
    [x, ones],
    [`${name}.normalized`, `${name}.mean`, `${name}.inverseDeviation`],
    { axis: int(-1), epsilon: float(layout.layerNormEpsilon) },
  );
  return scaleAndShift(scope, name, normalized);
}

/** y from the kept n: recomputing it is cheaper than keeping it. */
export function layerNormOutput(scope: BackwardScope, name: string, tokens: TokenAxis): Value {
  return scaleAndShift(scope, name, keptNormalized(scope, name, tokens));
}

/**
 *     dn = dy * weight        dx = v * (dn - mean(dn) - n * mean(dn * n))
 *
 * Weight and bias are frozen and have no gradient.
 */
export function layerNormBackward(scope: BackwardScope, name: string, dy: Value, tokens: TokenAxis): Value {
  const { graph } = scope;
  const n = keptNormalized(scope, name, tokens);
  const v = scope.kept(`${name}.inverseDeviation`, scope.states.shape(tokens, 1));
  const mean = (value: Value) => graph.apply('ReduceMean', [value], { axes: ints(-1), keepdims: int(1) });
  const dn = graph.apply('Mul', [dy, scope.weight(`${name}.weight`)]);
  const along = graph.apply('Mul', [n, mean(graph.apply('Mul', [dn, n]))]);
  const centered = graph.apply('Sub', [graph.apply('Sub', [dn, mean(dn)]), along]);
  return graph.apply('Mul', [centered, v]);
}

function keptNormalized(scope: BackwardScope, name: string, tokens: TokenAxis): Value {
  return scope.kept(`${name}.normalized`, scope.states.shape(tokens, scope.layout.hiddenSize));
}

function scaleAndShift(scope: GraphScope, name: string, normalized: Value): Value {
  const scaled = scope.graph.apply('Mul', [normalized, scope.weight(`${name}.weight`)]);
  return scope.graph.apply('Add', [scaled, scope.weight(`${name}.bias`)]);
}
