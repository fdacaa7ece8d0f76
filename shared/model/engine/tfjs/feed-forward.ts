import * as tf from '@tensorflow/tfjs-core';
import type { Activation, EncoderLayout, LayerLayout } from '#shared/model/engine/layout/encoder-layout.ts';
import { dense, gelu, silu, type TfLora, type TfTensors, tanhGelu } from './transformer-ops.ts';

const ACTIVATIONS: Readonly<Record<Activation, (x: tf.Tensor) => tf.Tensor>> = {
  gelu,
  'gelu-tanh': tanhGelu,
  silu,
};

/** Two dense layers with an activation between them, which may multiply a third one; h is [rows, hidden]. */
export function feedForward(
  { activation }: EncoderLayout,
  { feedForward: names }: LayerLayout,
  weights: TfTensors,
  h: tf.Tensor,
  lora?: TfLora,
): tf.Tensor {
  const activate = ACTIVATIONS[activation];
  const through = (x: tf.Tensor, name: string) => dense(x, name, weights, lora);
  switch (names.kind) {
    case 'plain':
      return through(activate(through(h, names.input)), names.output);
    case 'gated':
      return through(tf.mul(activate(through(h, names.gate)), through(h, names.up)), names.output);
    case 'fused-gated': {
      const [gate, up] = tf.split(through(h, names.gateAndUp), 2, 1);
      return through(tf.mul(activate(gate), up), names.output);
    }
  }
}
