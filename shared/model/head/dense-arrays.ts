import type { Tensor } from '#shared/model/tensor.ts';

/**
 * Rows of double-precision values. Intermediate results are kept in higher precision than the tensors that
 * they are computed from.
 */
export interface Rows {
  readonly rows: number;
  readonly columns: number;
  readonly data: Float64Array;
}

/** Output of a dense layer, x W^T + b: x [rows, inputs], W [outputs, inputs], b [outputs]. */
export function dense(x: Rows, weight: Tensor, bias: Tensor): Rows {
  const outputs = bias.data.length;
  const data = new Float64Array(x.rows * outputs);
  for (let row = 0; row < x.rows; row++) {
    for (let output = 0; output < outputs; output++) {
      let sum = bias.data[output];
      for (let input = 0; input < x.columns; input++) {
        sum += x.data[row * x.columns + input] * weight.data[output * x.columns + input];
      }
      data[row * outputs + output] = sum;
    }
  }
  return { rows: x.rows, columns: outputs, data };
}

/** Gradient at a dense layer's input, dy W: dy [rows, outputs], W [outputs, inputs]. */
export function denseInputGradient(dy: Rows, weight: Tensor): Rows {
  const inputs = weight.shape[1];
  const data = new Float64Array(dy.rows * inputs);
  for (let row = 0; row < dy.rows; row++) {
    for (let output = 0; output < dy.columns; output++) {
      const scale = dy.data[row * dy.columns + output];
      for (let input = 0; input < inputs; input++) {
        data[row * inputs + input] += scale * weight.data[output * inputs + input];
      }
    }
  }
  return { rows: dy.rows, columns: inputs, data };
}

/**
 * Gradients of a dense layer's weight, dy^T x [outputs, inputs], and of its bias, the column sums of dy
 * [outputs].
 */
export function denseParameterGradients(
  dy: Rows,
  x: Rows,
): { readonly weight: Tensor; readonly bias: Tensor } {
  const weight = new Float64Array(dy.columns * x.columns);
  const bias = new Float64Array(dy.columns);
  for (let row = 0; row < dy.rows; row++) {
    for (let output = 0; output < dy.columns; output++) {
      const scale = dy.data[row * dy.columns + output];
      bias[output] += scale;
      for (let input = 0; input < x.columns; input++) {
        weight[output * x.columns + input] += scale * x.data[row * x.columns + input];
      }
    }
  }
  return {
    weight: { shape: [dy.columns, x.columns], data: Float32Array.from(weight) },
    bias: { shape: [dy.columns], data: Float32Array.from(bias) },
  };
}
