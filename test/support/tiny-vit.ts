import { describeModel } from '#shared/model/families/registry.ts';
import type { ViTConfig } from '#shared/model/families/vit/vit-config.ts';
import type { Tensor } from '#shared/model/tensor.ts';
import { randomTensor } from './tiny-bert.ts';

/** A ViT small enough to be made on the spot: images of 8x8 pixels in patches of 4x4, so five tokens. */
export const TINY_VIT: ViTConfig = {
  family: 'vit',
  hiddenSize: 8,
  layerCount: 2,
  headCount: 2,
  intermediateSize: 12,
  layerNormEpsilon: 1e-12,
  imageSize: 8,
  patchSize: 4,
  channelCount: 3,
  pixels: { scale: 1 / 255, mean: [0.5, 0.5, 0.5], deviation: [0.5, 0.5, 0.5] },
};

/** Random weights of every shape, norms near one. */
export function tinyViTTensors(config: ViTConfig = TINY_VIT, pooler = true, seed = 1): Map<string, Tensor> {
  const { tensors, poolerTensors } = describeModel(config);
  const shapes = new Map([...tensors(), ...(pooler ? poolerTensors() : [])]);
  return new Map(
    [...shapes].map(([name, shape], index): [string, Tensor] => {
      const value = randomTensor(shape, seed * 1000 + index, 0.3);
      const shift = /layernorm.*\.weight$/.test(name) ? 1 : 0;
      return [name, { shape, data: value.data.map((entry) => entry + shift) }];
    }),
  );
}

/** The contents of its config.json. */
export function tinyViTJson(config: ViTConfig = TINY_VIT): Record<string, unknown> {
  return {
    model_type: 'vit',
    hidden_size: config.hiddenSize,
    num_hidden_layers: config.layerCount,
    num_attention_heads: config.headCount,
    intermediate_size: config.intermediateSize,
    layer_norm_eps: config.layerNormEpsilon,
    image_size: config.imageSize,
    patch_size: config.patchSize,
    num_channels: config.channelCount,
    hidden_act: 'gelu',
  };
}
