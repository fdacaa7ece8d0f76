import type { EncoderLayout } from '#shared/model/engine/encoder-layout.ts';
import { requireTensor } from '#shared/model/named-tensor.ts';
import type { NamedTensors, Tensor } from '#shared/model/tensor.ts';

/**
 * Rewrites biases so that the graphs add fewer of them.
 *
 * - Values: since rows of P sum to one, the bias moves behind attention, into the output layer's bias:
 *
 *       (P (V + 1 b_v^T)) W_o^T + b_o = (P V) W_o^T + (b_o + W_o b_v)
 *
 * - Keys: the bias adds the same number to all scores of a query, which changes neither softmax nor its
 *   gradient. The graphs leave it out.
 * - The dense layer before GELU: the bias is scaled by 1/sqrt(2), as GELU's argument is.
 *
 * @returns The tensors, with b_o + W_o b_v in place of b_o (summed in double precision) and b_1 / sqrt(2) in
 *   place of b_1.
 */
export function foldBiases(layout: EncoderLayout, tensors: NamedTensors): NamedTensors {
  const folded = new Map(tensors);
  for (const { value, attentionOutput, intermediate } of layout.layers) {
    const weight = requireTensor(tensors, `${attentionOutput}.weight`);
    const valueBias = requireTensor(tensors, `${value}.bias`);
    const bias = requireTensor(tensors, `${attentionOutput}.bias`);
    folded.set(`${attentionOutput}.bias`, afterAttention(weight, valueBias, bias));
    const { shape, data } = requireTensor(tensors, `${intermediate}.bias`);
    folded.set(`${intermediate}.bias`, { shape, data: data.map((entry) => entry * Math.SQRT1_2) });
  }
  return folded;
}

function afterAttention(weight: Tensor, valueBias: Tensor, bias: Tensor): Tensor {
  const [outputs, inputs] = weight.shape;
  const data = Float32Array.from({ length: outputs }, (_, row) => {
    let sum = bias.data[row];
    for (let i = 0; i < inputs; i++) sum += weight.data[row * inputs + i] * valueBias.data[i];
    return sum;
  });
  return { shape: bias.shape, data };
}
