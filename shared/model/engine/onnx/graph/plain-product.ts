import type { Attributes, GraphBuilder, Value } from './graph-builder.ts';
import { ints } from './graph-builder.ts';
import type { OnnxAttribute } from './onnx-model.ts';

/**
 * FusedMatMul in ONNX's own operators, for what does not know it (WebGPU would run it on the processor): transposes, the
 * product, the factor. Axes are exchanged only on a weight [outputs, inputs] and on what has rank 4, heads and the parts of a
 * packed batch, which the attributes tell apart: weights are never the first factor, and have no batch.
 */
export function plainProduct(
  graph: GraphBuilder,
  [a, b]: readonly Value[],
  { transA, transB, transBatchA, transBatchB, alpha }: Attributes,
  name?: string,
): Value {
  const left = exchanged(graph, a, isSet(transA), isSet(transBatchA));
  const right =
    isSet(transB) && !isSet(transBatchB)
      ? graph.apply('Transpose', [b], { perm: ints(1, 0) })
      : exchanged(graph, b, isSet(transB), isSet(transBatchB));
  const factor = alpha?.kind === 'float' ? alpha.value : 1;
  if (factor === 1) return graph.apply('MatMul', [left, right], {}, name);
  return graph.apply('Mul', [graph.apply('MatMul', [left, right]), graph.scalar(factor)], {}, name);
}

/** Of rank 4, as heads [batch, heads, rows, columns]; with `batch`, from [rows, batch, heads, columns]; then, with `last`, transposed. */
function exchanged(graph: GraphBuilder, value: Value, last: boolean, batch: boolean): Value {
  if (!last && !batch) return value;
  const [rows, ...batches] = batch ? [0, 1, 2] : [2, 0, 1];
  const perm = last ? [...batches, 3, rows] : [...batches, rows, 3];
  return graph.apply('Transpose', [value], { perm: ints(...perm) });
}

function isSet(attribute: OnnxAttribute | undefined): boolean {
  return attribute?.kind === 'int' && attribute.value === 1;
}
