import type { ImageEmbedding } from '#shared/model/families/model-input.ts';
import { requireTensor } from '#shared/model/named-tensor.ts';
import type { NamedTensors } from '#shared/model/tensor.ts';
import { imagePixels } from './image-pixels.ts';
import type { ViTConfig } from './vit-config.ts';
import { imageTokens } from './vit-geometry.ts';

/**
 * ViT's embedding module from the device's tensors (`embeddings.*`): each patch through one dense layer, the class
 * token before them, a learned position added to each; embedding output [images, 1 + patches, hidden]. Plain typed
 * arrays, as a device without an engine has them.
 *
 * @throws {@link ModelError} naming a tensor that is missing; the module throws {@link DataError} for images of
 *   another number of channels.
 */
export function vitEmbedding(config: ViTConfig, tensors: NamedTensors): ImageEmbedding {
  const table = (name: string) => requireTensor(tensors, `embeddings.${name}`).data;
  const classToken = table('cls_token');
  const positions = table('position_embeddings');
  const weight = table('patch_embeddings.projection.weight');
  const bias = table('patch_embeddings.projection.bias');
  const { hiddenSize: hidden, imageSize, patchSize, channelCount } = config;
  const tokens = imageTokens(config);
  const patch = new Float32Array(channelCount * patchSize * patchSize);

  return (images) => {
    const { data: pixels } = imagePixels(config, images);
    const [count] = images.shape;
    const imageValues = channelCount * imageSize * imageSize;
    const data = new Float32Array(count * tokens * hidden);
    for (let image = 0; image < count; image++) {
      const start = image * tokens * hidden;
      for (let i = 0; i < hidden; i++) data[start + i] = classToken[i] + positions[i];
      const source = pixels.subarray(image * imageValues, (image + 1) * imageValues);
      for (let token = 1; token < tokens; token++) {
        readPatch(config, source, token - 1, patch);
        const row = start + token * hidden;
        for (let i = 0; i < hidden; i++) {
          data[row + i] = dot(weight, i * patch.length, patch) + bias[i] + positions[token * hidden + i];
        }
      }
    }
    return {
      embeddings: { shape: [count, tokens, hidden], data },
      lengths: new Int32Array(count).fill(tokens),
    };
  };
}

/** Copies one patch, [channels, patch, patch], out of an image [channels, size, size]; patches run row by row. */
function readPatch(
  { imageSize, patchSize, channelCount }: ViTConfig,
  image: Float32Array,
  index: number,
  patch: Float32Array,
): void {
  const perRow = imageSize / patchSize;
  const corner = (Math.floor(index / perRow) * imageSize + (index % perRow)) * patchSize;
  let written = 0;
  for (let channel = 0; channel < channelCount; channel++) {
    for (let y = 0; y < patchSize; y++) {
      const start = channel * imageSize * imageSize + corner + y * imageSize;
      for (let x = 0; x < patchSize; x++) patch[written++] = image[start + x];
    }
  }
}

/** Dot product in double precision; four sums side by side keep the processor's pipeline full. */
function dot(weight: Float32Array, offset: number, values: Float32Array): number {
  let [a, b, c, d] = [0, 0, 0, 0];
  const whole = values.length - (values.length % 4);
  for (let i = 0; i < whole; i += 4) {
    a += weight[offset + i] * values[i];
    b += weight[offset + i + 1] * values[i + 1];
    c += weight[offset + i + 2] * values[i + 2];
    d += weight[offset + i + 3] * values[i + 3];
  }
  for (let i = whole; i < values.length; i++) a += weight[offset + i] * values[i];
  return a + b + (c + d);
}
