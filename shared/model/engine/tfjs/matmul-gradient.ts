import * as tf from '@tensorflow/tfjs-core';

/** Swaps the last two axes. */
function transposed(value: tf.Tensor): tf.Tensor {
  const axes = value.shape.map((_, axis) => axis);
  const [last, before] = [axes.length - 1, axes.length - 2];
  return tf.transpose(value, [...axes.slice(0, before), last, before]);
}

/**
 * Registers a gradient of matrix products that transposes operands first and then multiplies plain matrices.
 * The WASM backend multiplies plain matrices ten times faster than transposed ones, and each gradient is a
 * product with one transposed operand. TensorFlow.js keeps one gradient per kernel for the whole process.
 *
 * For y = a b, the gradient at a is dy b^T and the gradient at b is a^T dy. If an operand is given
 * transposed, so is its gradient.
 */
export function registerPlainMatMulGradient(): void {
  tf.registerGradient({
    kernelName: tf.BatchMatMul,
    inputsToSave: ['a', 'b'],
    gradFunc: (dy, [a, b], { transposeA, transposeB }) => {
      if (Array.isArray(dy)) throw new TypeError('a matrix product has one output');
      const left = () => (transposeB ? tf.matMul(dy, b) : tf.matMul(dy, transposed(b)));
      const right = () => (transposeA ? tf.matMul(a, dy) : tf.matMul(transposed(a), dy));
      return {
        a: () => (transposeA ? transposed(left()) : left()),
        b: () => (transposeB ? transposed(right()) : right()),
      };
    },
  });
}
