import {
  type Attributes,
  float,
  type GraphBuilder,
  int,
  ints,
  type Value,
} from '#shared/model/engine/onnx/format/graph-builder.ts';
import type { Products } from '#shared/model/engine/onnx/spec/graph-form.ts';

/** How a product reads its factors; all flags are false and the scale is 1 by default. */
export interface ProductForm {
  /** The left factor is [..., columns, rows]: its last two axes are transposed. */
  readonly transposeLeft?: boolean;
  readonly transposeRight?: boolean;
  /** The left factor is [rows, batch, heads, columns] in place of [batch, heads, rows, columns]. */
  readonly rowsFirstLeft?: boolean;
  readonly rowsFirstRight?: boolean;
  /** Factor of the product. */
  readonly scale?: number;
}

/** Adds the matrix product of two values to the graph, named `name` if given. Batch axes broadcast. */
export type MatrixProduct = (left: Value, right: Value, form?: ProductForm, name?: string) => Value;

export function matrixProduct(graph: GraphBuilder, products: Products): MatrixProduct {
  return products === 'fused' ? fusedProduct(graph) : plainProduct(graph);
}

/** Products in ONNX Runtime's FusedMatMul, which transposes and scales at no cost. */
function fusedProduct(graph: GraphBuilder): MatrixProduct {
  return (left, right, form = {}, name) => {
    const { transposeLeft, transposeRight, rowsFirstLeft, rowsFirstRight, scale } = form;
    const attributes: Attributes = {
      ...(transposeLeft && { transA: int(1) }),
      ...(rowsFirstLeft && { transBatchA: int(1) }),
      ...(rowsFirstRight && { transBatchB: int(1) }),
      ...(transposeRight && { transB: int(1) }),
      ...(scale !== undefined && { alpha: float(scale) }),
    };
    return graph.applyFused('FusedMatMul', [left, right], attributes, name);
  };
}

/**
 * Products in ONNX's own operators, for providers without FusedMatMul: Transpose, MatMul, Mul. A transposed
 * factor has rank 4 (heads, or parts of a packed batch), or is a weight [outputs, inputs]. Weights are never
 * the left factor and have no batch axes, so the form tells the two apart.
 */
function plainProduct(graph: GraphBuilder): MatrixProduct {
  const transposed = (value: Value, ...axes: readonly number[]) =>
    graph.apply('Transpose', [value], { perm: ints(...axes) });
  const ofRank4 = (value: Value, transpose = false, rowsFirst = false): Value => {
    if (!transpose && !rowsFirst) return value;
    const [rows, ...batch] = rowsFirst ? [0, 1, 2] : [2, 0, 1];
    return transpose ? transposed(value, ...batch, 3, rows) : transposed(value, ...batch, rows, 3);
  };
  return (left, right, form = {}, name) => {
    const { transposeLeft, transposeRight, rowsFirstLeft, rowsFirstRight, scale = 1 } = form;
    const a = ofRank4(left, transposeLeft, rowsFirstLeft);
    const isWeight = transposeRight && !rowsFirstRight;
    const b = isWeight ? transposed(right, 1, 0) : ofRank4(right, transposeRight, rowsFirstRight);
    if (scale === 1) return graph.apply('MatMul', [a, b], {}, name);
    return graph.apply('Mul', [graph.apply('MatMul', [a, b]), graph.scalar(scale)], {}, name);
  };
}
