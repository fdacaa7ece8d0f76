import { float, int, ints, type Value } from '#shared/model/engine/onnx/format/graph-builder.ts';
import type { TokenAxis } from '#shared/model/engine/onnx/spec/token-axes.ts';
import type { BackwardScope, GraphScope } from './graph-scope.ts';

/**
 * Norm over the last axis, for a state x of any tokens, by the model's kind of norm:
 *
 *     layer:  n = (x - mean) * v    v = 1 / sqrt(variance + epsilon)
 *     rms:    n = x * v             v = 1 / sqrt(mean(x * x) + epsilon)
 *     y = n * weight + bias
 *
 * @param size Length of the last axis; by default the hidden size.
 */
export function normForward(scope: GraphScope, name: string, x: Value, size?: number): Value {
  const { graph, layout } = scope;
  const { hiddenSize, norm, normEpsilon } = layout;
  const width = size ?? hiddenSize;
  const ones = graph.initializer(width === hiddenSize ? 'ones' : `ones:${width}`, [width], onesOf(width));
  const normalized = `${name}.normalized`;
  const inverse = `${name}.inverseDeviation`;
  const [n] = graph.applyMany(
    norm === 'layer' ? 'LayerNormalization' : 'SimplifiedLayerNormalization',
    [x, ones],
    norm === 'layer' ? [normalized, `${name}.mean`, inverse] : [normalized, inverse],
    { axis: int(-1), epsilon: float(normEpsilon) },
  );
  return scaleAndShift(scope, name, n);
}

/**
 * y from the kept n: recomputing it is cheaper than keeping it.
 *
 * @param widths Axes of the state after its tokens; by default the hidden size.
 */
export function normOutput(
  scope: BackwardScope,
  name: string,
  tokens: TokenAxis,
  widths: readonly number[] = [scope.layout.hiddenSize],
): Value {
  return scaleAndShift(scope, name, keptNormalized(scope, name, tokens, widths));
}

/**
 *     layer:  dx = v * (dn - mean(dn) - n * mean(dn * n))
 *     rms:    dx = v * (dn - n * mean(dn * n))
 *     dn = dy * weight
 *
 * Weight and bias are frozen and have no gradient.
 */
export function normBackward(
  scope: BackwardScope,
  name: string,
  dy: Value,
  tokens: TokenAxis,
  widths: readonly number[] = [scope.layout.hiddenSize],
): Value {
  const { graph, layout } = scope;
  const n = keptNormalized(scope, name, tokens, widths);
  const v = scope.kept(`${name}.inverseDeviation`, scope.states.shape(tokens, ...widths.slice(0, -1), 1));
  const mean = (value: Value) => graph.apply('ReduceMean', [value], { axes: ints(-1), keepdims: int(1) });
  const dn = graph.apply('Mul', [dy, scope.weight(`${name}.weight`)]);
  const along = graph.apply('Mul', [n, mean(graph.apply('Mul', [dn, n]))]);
  const centered = layout.norm === 'layer' ? graph.apply('Sub', [dn, mean(dn)]) : dn;
  return graph.apply('Mul', [graph.apply('Sub', [centered, along]), v]);
}

function keptNormalized(
  scope: BackwardScope,
  name: string,
  tokens: TokenAxis,
  widths: readonly number[],
): Value {
  return scope.kept(`${name}.normalized`, scope.states.shape(tokens, ...widths));
}

function scaleAndShift(scope: GraphScope, name: string, normalized: Value): Value {
  const scaled = scope.graph.apply('Mul', [normalized, scope.weight(`${name}.weight`)]);
  if (!scope.hasWeight(`${name}.bias`)) return scaled;
  return scope.graph.apply('Add', [scaled, scope.weight(`${name}.bias`)]);
}

function onesOf(length: number): Float32Array {
  return new Float32Array(length).fill(1);
}
