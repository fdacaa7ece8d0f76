import type { EncoderLayout } from '#shared/model/engine/encoder-layout.ts';
import { requireTensor } from '#shared/model/named-tensor.ts';
import type { NamedTensors, Tensor } from '#shared/model/tensor.ts';

/**
 * Biases as the graphs add them. Those of attention's values move past the attention, where they cost nothing; rows
 * of P sum to one, so
 *
 *     (P (V + 1 b_v^T)) W_o^T + b_o = (P V) W_o^T + (b_o + W_o b_v)
 *
 * Those of its keys need no place at all: they add the same number to every score of a query, and softmax and its
 * gradient do not change with it. Those before GELU carry the factor 1/sqrt(2) that its argument has.
 *
 * @returns The tensors, with b_o + W_o b_v in place of each b_o and b_1 / sqrt(2) in place of each b_1; sums in
 *   double precision.
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
