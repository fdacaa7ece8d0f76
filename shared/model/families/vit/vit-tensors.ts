import { dense, layerNorm, type TensorShapes } from '#shared/model/tensor-shapes.ts';
import type { ViTConfig } from './vit-config.ts';
import { patchCount } from './vit-geometry.ts';

function encoderLayer(layer: string, hidden: number, intermediate: number): [string, readonly number[]][] {
  return [
    ...layerNorm(`${layer}.layernorm_before`, hidden),
    ...dense(`${layer}.attention.attention.query`, hidden, hidden),
    ...dense(`${layer}.attention.attention.key`, hidden, hidden),
    ...dense(`${layer}.attention.attention.value`, hidden, hidden),
    ...dense(`${layer}.attention.output.dense`, hidden, hidden),
    ...layerNorm(`${layer}.layernorm_after`, hidden),
    ...dense(`${layer}.intermediate.dense`, hidden, intermediate),
    ...dense(`${layer}.output.dense`, intermediate, hidden),
  ];
}

/** Tensors every ViT has. */
export function vitTensorShapes(config: ViTConfig): TensorShapes {
  const { hiddenSize: hidden, patchSize, channelCount } = config;
  const layers = Array.from({ length: config.layerCount }, (_, index) =>
    encoderLayer(`encoder.layer.${index}`, hidden, config.intermediateSize),
  );
  return new Map([
    ['embeddings.cls_token', [1, 1, hidden]],
    ['embeddings.position_embeddings', [1, patchCount(config) + 1, hidden]],
    ['embeddings.patch_embeddings.projection.weight', [hidden, channelCount, patchSize, patchSize]],
    ['embeddings.patch_embeddings.projection.bias', [hidden]],
    ...layers.flat(),
    ...layerNorm('layernorm', hidden),
  ]);
}

/** The pooler's tensors, which a ViT may lack. */
export function vitPoolerShapes(config: ViTConfig): TensorShapes {
  return new Map(dense('pooler.dense', config.hiddenSize, config.hiddenSize));
}
