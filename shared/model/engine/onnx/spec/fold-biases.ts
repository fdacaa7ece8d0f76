import { attentionWidths } from '#shared/model/engine/layout/dense-layers.ts';
import type { EncoderLayout, LayerLayout } from '#shared/model/engine/layout/encoder-layout.ts';
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
 *   gradient. It is left out.
 * - The dense layer before GELU: the bias is scaled by 1/sqrt(2), as GELU's argument is.
 *
 * The first two hold for the plain form of attention: an output layer with a bias, as many heads of values
 * as of queries, and keys that are not rotated. Other models keep these biases. The first one also needs an
 * output layer without LoRA, since W_o must not change.
 *
 * @param hasLora Whether the dense layer of this name has LoRA.
 * @returns The tensors that the graphs read: with b_o + W_o b_v in place of b_o (summed in double precision)
 *   and b_1 / sqrt(2) in place of b_1; without the biases that the graphs leave out, or with zeros in their
 *   part of a fused bias.
 */
export function foldBiases(
  layout: EncoderLayout,
  tensors: NamedTensors,
  hasLora: (name: string) => boolean,
): NamedTensors {
  const folded = new Map(tensors);
  const { biases, headCount, keyValueHeadCount } = layout;
  const isPlain = biases.projections && biases.attentionOutput && headCount === keyValueHeadCount;
  for (const layer of layout.layers) {
    if (isPlain && layer.rotaryBase === undefined) {
      foldKeys(layout, layer, folded);
      if (!hasLora(layer.attentionOutput)) foldValues(layout, layer, tensors, folded);
    }
    const { feedForward } = layer;
    if (feedForward.kind === 'plain' && layout.activation === 'gelu' && biases.feedForward) {
      const { shape, data } = requireTensor(tensors, `${feedForward.input}.bias`);
      folded.set(`${feedForward.input}.bias`, { shape, data: data.map((entry) => entry * Math.SQRT1_2) });
    }
  }
  return folded;
}

function foldKeys(layout: EncoderLayout, { projections }: LayerLayout, folded: Map<string, Tensor>): void {
  if (projections.kind === 'separate') {
    folded.delete(`${projections.key}.bias`);
    return;
  }
  const { query, keyValue } = attentionWidths(layout);
  setZero(folded, `${projections.all}.bias`, query, query + keyValue);
}

function foldValues(
  layout: EncoderLayout,
  { projections, attentionOutput }: LayerLayout,
  tensors: NamedTensors,
  folded: Map<string, Tensor>,
): void {
  const weight = requireTensor(tensors, `${attentionOutput}.weight`);
  const bias = requireTensor(tensors, `${attentionOutput}.bias`);
  if (projections.kind === 'separate') {
    const { data } = requireTensor(tensors, `${projections.value}.bias`);
    folded.set(`${attentionOutput}.bias`, afterAttention(weight, data, bias));
    folded.delete(`${projections.value}.bias`);
    return;
  }
  const name = `${projections.all}.bias`;
  const { data } = requireTensor(tensors, name);
  const { query, keyValue } = attentionWidths(layout);
  const start = query + keyValue;
  folded.set(`${attentionOutput}.bias`, afterAttention(weight, data.subarray(start), bias));
  setZero(folded, name, start, data.length);
}

/** Replaces a segment of a bias by zeros. */
function setZero(folded: Map<string, Tensor>, name: string, start: number, end: number): void {
  const { shape, data } = requireTensor(folded, name);
  folded.set(name, { shape, data: Float32Array.from(data).fill(0, start, end) });
}

function afterAttention(weight: Tensor, valueBias: Float32Array, bias: Tensor): Tensor {
  const [outputs, inputs] = weight.shape;
  const data = Float32Array.from({ length: outputs }, (_, row) => {
    let sum = bias.data[row];
    for (let i = 0; i < inputs; i++) sum += weight.data[row * inputs + i] * valueBias[i];
    return sum;
  });
  return { shape: bias.shape, data };
}
